package io.jdax.os;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.machine.Errno;
import io.jdax.machine.StubCopyKind;
import io.jdax.machine.StubFlushKind;
import io.jdax.machine.StubStatus;
import io.jdax.stubs.NativeLibrary;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class NativeStubsTest {
  private static final int ELF_TYPE_OFFSET = 16;
  private static final int ELF_MACHINE_OFFSET = 18;

  @TempDir Path dir;

  @AfterEach
  void selectTheBest() {
    NativeStubs.select(null, null);
  }

  /** Without this the stubs could go missing and every other test would still pass. */
  @Test
  @DisplayName("Stubs are loaded on linux")
  void stubsAreLoadedOnLinux() {
    assertInstanceOf(StubStatus.Loaded.class, NativeStubs.status(), NativeStubs.status()::sentence);
    // Every x86-64 has clflush; an aarch64 before v8.2 has nothing worth a bit.
    assertTrue(NativeStubs.cpuFeatures() != 0 || NativeLibrary.platform().endsWith("aarch64"));
  }

  @Test
  @DisplayName("Selection is reported and an impossible one changes nothing")
  void selectionIsReportedAndAnImpossibleOneChangesNothing() {
    StubFlushKind foreign =
        NativeLibrary.platform().endsWith("x86_64") ? StubFlushKind.CVAP : StubFlushKind.CLWB;
    StubFlushKind before = NativeStubs.flushKind();
    assertEquals(-Errno.EOPNOTSUPP, NativeStubs.select(foreign, null));
    assertEquals(before, NativeStubs.flushKind());
    assertEquals(0, NativeStubs.select(null, StubCopyKind.BASELINE));
    assertEquals(StubCopyKind.BASELINE, NativeStubs.copyKind());
  }

  @Test
  @DisplayName("Copies of every length and source arrive whole")
  void copiesOfEveryLengthAndSourceArriveWhole() {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment dst = arena.allocate(8192, 64);
      byte[] bytes = new byte[8192];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) (i * 31);
      }
      MemorySegment heap = MemorySegment.ofArray(bytes);
      MemorySegment shared = arena.allocate(8192, 64).copyFrom(heap);
      for (int length : new int[] {0, 1, 8, 63, 64, 65, 255, 256, 257, 4096, 4099}) {
        for (MemorySegment src : List.of(heap, shared)) {
          for (long skip : new long[] {0, 5}) {
            dst.fill((byte) 0);
            assertEquals(0, NativeStubs.copyPersist(dst.address() + 3, src, skip, length));
            assertEquals(-1, MemorySegment.mismatch(dst, 3, 3 + length, heap, skip, skip + length));
            assertEquals(0, dst.get(JAVA_BYTE, 3 + length));
            byte[] back = new byte[length + 2];
            MemorySegment into = MemorySegment.ofArray(back);
            assertEquals(0, NativeStubs.copyRead(into, 1, dst.address() + 3, length));
            assertEquals(
                -1, MemorySegment.mismatch(into, 1, 1 + length, heap, skip, skip + length));
          }
        }
      }
    }
  }

  @Test
  @DisplayName("Long ranges go in pieces and arrive whole")
  void longRangesGoInPiecesAndArriveWhole() {
    long length = 3 * NativeStubs.CHUNK_BYTES + 77;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment dst = arena.allocate(length);
      MemorySegment src = arena.allocate(length).fill((byte) 3);
      src.set(JAVA_BYTE, length - 1, (byte) 9);
      MemorySegment heap = MemorySegment.ofArray(new byte[(int) length]).copyFrom(src);
      assertEquals(0, NativeStubs.copyPersist(dst.address(), src.address(), length));
      assertEquals(-1, dst.mismatch(src));
      for (MemorySegment from : List.of(src, heap)) {
        assertEquals(0, NativeStubs.fillPersist(dst.address(), (byte) 1, length));
        assertEquals(1, dst.get(JAVA_BYTE, length - 1));
        assertEquals(0, NativeStubs.copyNoDrain(dst.address(), from, 0, length));
        assertEquals(0, NativeStubs.persist(dst.address(), length));
        assertEquals(-1, dst.mismatch(src));
      }
      MemorySegment back = arena.allocate(length);
      assertEquals(0, NativeStubs.copyRead(back, 0, dst.address(), length));
      assertEquals(-1, back.mismatch(src));
    }
  }

  @Test
  @DisplayName("Source segment is checked as any access through it would be")
  void sourceSegmentIsCheckedAsAnyAccessThroughItWouldBe() throws Exception {
    MemorySegment dst = Arena.ofAuto().allocate(64);
    Arena arena = Arena.ofShared();
    MemorySegment closed = arena.allocate(64);
    arena.close();
    assertThrows(
        IllegalStateException.class, () -> NativeStubs.copyPersist(dst.address(), closed, 0, 8));
    try (Arena confined = Arena.ofConfined()) {
      MemorySegment mine = confined.allocate(64);
      List<Throwable> thrown = new ArrayList<>();
      Thread stranger =
          new Thread(
              () -> {
                try {
                  NativeStubs.copyPersist(dst.address(), mine, 0, 8);
                } catch (RuntimeException e) {
                  thrown.add(e);
                }
              });
      stranger.start();
      stranger.join();
      assertInstanceOf(WrongThreadException.class, thrown.getFirst());
      assertThrows(
          IndexOutOfBoundsException.class,
          () -> NativeStubs.copyPersist(dst.address(), mine, 60, 8));
    }
  }

  @Test
  @DisplayName("Off means not supported")
  void offMeansNotSupported() {
    StubLoader.Result result = StubLoader.load("off");
    assertInstanceOf(StubStatus.NotSupported.class, result.status());
    assertNull(result.lookup());
    assertTrue(result.status().sentence().contains("jdax.stubs=off"));
  }

  @Test
  @DisplayName("Missing file is a bug that names it")
  void missingFileIsABugThatNamesIt() {
    StubStatus status = StubLoader.load(dir.resolve("absent.so").toString()).status();
    assertInstanceOf(StubStatus.Bug.class, status);
    assertTrue(status.sentence().contains("absent.so"), status.sentence());
  }

  @Test
  @DisplayName("Text file is the wrong architecture")
  void textFileIsTheWrongArchitecture() throws IOException {
    Path file = Files.writeString(dir.resolve("text.so"), "no library");
    StubStatus status = StubLoader.load(file.toString()).status();
    assertInstanceOf(StubStatus.WrongArchitecture.class, status);
    assertTrue(status.sentence().contains("not an ELF library"), status.sentence());
  }

  @Test
  @DisplayName("Library of another machine is the wrong architecture")
  void libraryOfAnotherMachineIsTheWrongArchitecture() throws IOException {
    byte[] library = library();
    library[ELF_MACHINE_OFFSET] = (byte) 243; // RISC-V
    Path file = Files.write(dir.resolve("riscv.so"), library);
    StubStatus status = StubLoader.load(file.toString()).status();
    assertInstanceOf(StubStatus.WrongArchitecture.class, status);
    assertTrue(status.sentence().contains("ELF machine 243"), status.sentence());
  }

  @Test
  @DisplayName("Library of another abi is refused")
  void libraryOfAnotherAbiIsRefused() throws Exception {
    Path file = compile("unsigned jdax_abi(void) { return 99; }");
    StubStatus status = StubLoader.load(file.toString()).status();
    assertInstanceOf(StubStatus.WrongArchitecture.class, status);
    assertTrue(status.sentence().contains("ABI version 99"), status.sentence());
  }

  @Test
  @DisplayName("Guard that can not be installed is a bug")
  void guardThatCanNotBeInstalledIsABug() throws Exception {
    Path file =
        compile(
            "unsigned jdax_abi(void) { return "
                + StubLoader.ABI
                + "; } int jdax_guard_install(void) { return -1; }");
    StubStatus status = StubLoader.load(file.toString()).status();
    assertInstanceOf(StubStatus.Bug.class, status);
    assertTrue(status.sentence().contains("SIGBUS guard"), status.sentence());
  }

  @Test
  @DisplayName("Broken library is a bug with its cause")
  void brokenLibraryIsABugWithItsCause() throws IOException {
    byte[] library = library();
    library[ELF_TYPE_OFFSET] = 1; // ET_REL: an object file, which can't be loaded
    Path file = Files.write(dir.resolve("object.so"), library);
    StubStatus status = StubLoader.load(file.toString()).status();
    assertInstanceOf(
        IllegalArgumentException.class, assertInstanceOf(StubStatus.Bug.class, status).cause());
  }

  @Test
  @DisplayName("Denied native access names the flag to add")
  void deniedNativeAccessNamesTheFlagToAdd() throws Exception {
    String said = inAnotherJvm("--illegal-native-access=deny");
    assertTrue(said.startsWith("AccessNotEnabled"), said);
    assertTrue(said.contains("--enable-native-access=ALL-UNNAMED"), said);
  }

  @Test
  @DisplayName("Stubs that are off answer without an error")
  void stubsThatAreOffAnswerWithoutAnError() throws Exception {
    String said = inAnotherJvm("--enable-native-access=ALL-UNNAMED", "-Djdax.stubs=off");
    assertTrue(said.startsWith("NotSupported"), said);
    assertTrue(said.contains("flush -38 drain ok"), said);
  }

  @Test
  @DisplayName("No temporary file stays behind")
  void noTemporaryFileStaysBehind() throws Exception {
    inAnotherJvm("--enable-native-access=ALL-UNNAMED", "-Djava.io.tmpdir=" + dir);
    try (var files = Files.list(dir)) {
      assertEquals(List.of(), files.filter(f -> f.toString().contains("libjdax")).toList());
    }
  }

  /** Prints what this JVM thinks of its stubs. */
  public static final class Say {
    private Say() {}

    public static void main(String[] args) {
      System.out.println(
          NativeStubs.status().getClass().getSimpleName() + " " + NativeStubs.status().sentence());
      if (!NativeStubs.loaded() && !(NativeStubs.status() instanceof StubStatus.AccessNotEnabled)) {
        int result = NativeStubs.flush(0, 8);
        NativeStubs.drain();
        System.out.println("flush " + result + " drain ok");
      }
    }
  }

  private static String inAnotherJvm(String... flags) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(flags));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Say.class.getName()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue(), said);
    return said;
  }

  private static byte[] library() throws IOException {
    try (InputStream in = NativeLibrary.open(NativeLibrary.platform())) {
      Assumptions.assumeTrue(in != null);
      return Objects.requireNonNull(in).readAllBytes();
    }
  }

  /**
   * The cross compiler where this JVM runs on an emulated processor, and cc makes code of another.
   */
  private static String compiler() {
    String cross = NativeLibrary.platform().replace("linux-", "") + "-linux-gnu-gcc";
    return Files.isExecutable(Path.of("/usr/bin", cross)) ? cross : "cc";
  }

  private Path compile(String source) throws Exception {
    Path c = Files.writeString(dir.resolve("stub.c"), source);
    Path so = dir.resolve("stub.so");
    Process cc;
    try {
      cc =
          new ProcessBuilder(compiler(), "-shared", "-fPIC", "-o", so.toString(), c.toString())
              .inheritIO()
              .start();
    } catch (IOException e) {
      Assumptions.abort("no C compiler");
      throw e;
    }
    assertEquals(0, cc.waitFor());
    return so;
  }
}
