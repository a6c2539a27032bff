package io.jdax.region;

import static io.jdax.LongSizes.MIB;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.Messages;
import io.jdax.os.AccessFault;
import io.jdax.os.LinuxFiles;
import io.jdax.os.Setfsuid;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class RegionTest {
  @TempDir Path disk;
  private Path shm;

  @BeforeEach
  void makeFolderInMemory() throws IOException {
    shm = Files.createTempDirectory(Path.of("/dev/shm"), "jdax-test-");
  }

  @AfterEach
  void removeFolder() throws IOException {
    try (var files = Files.list(shm)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(shm);
  }

  @Test
  @DisplayName("Bytes outlive the region")
  void bytesOutliveTheRegion() throws IOException {
    Path path = shm.resolve("r");
    try (Region region = Region.at(path).size(4 * MIB).create()) {
      assertEquals(RegionKind.EMULATED, region.kind());
      assertEquals(0, region.address() % (2 * MIB));
      region.segment().set(JAVA_LONG, 4 * MIB - 8, 42);
    }
    try (Region region = Region.open(path)) {
      assertEquals(4 * MIB, region.sizeBytes());
      assertEquals(42, region.segment().get(JAVA_LONG, 4 * MIB - 8));
    }
  }

  /** Whether all of these addresses are reserved, and no access is allowed to them. */
  private static boolean isReserved(long from, long to) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
      String[] words = line.split("[- ]", 3);
      if (Long.parseUnsignedLong(words[0], 16) <= from
          && Long.parseUnsignedLong(words[1], 16) >= to) {
        return words[2].startsWith("---p");
      }
    }
    return false;
  }

  @Test
  @DisplayName("Nothing else lies in the addresses before a region")
  void nothingElseLiesInTheAddressesBeforeARegion() throws IOException {
    long from;
    try (Region region = Region.anonymous("head", MIB)) {
      long to = region.address();
      from = to - Region.HEAD_BYTES;
      assertTrue(isReserved(from, to));
    }
    assertFalse(isReserved(from, from + Region.HEAD_BYTES));
  }

  @Test
  @DisplayName("Ordinary file has page granularity")
  void ordinaryFileHasPageGranularity() throws IOException {
    try (Region region = Region.at(disk.resolve("r")).size(MIB).create()) {
      // a file system with DAX would be FSDAX; the temporary folder of a test machine is not on one
      assertEquals(RegionKind.FILE, region.kind());
      assertEquals(StoreGranularity.PAGE, region.granularity());
      assertFalse(region.mapSync());
    }
  }

  @Test
  @DisplayName(
      "Required granularity that is not there is refused with the reason and leaves nothing")
  void requiredGranularityThatIsNotThereIsRefusedWithTheReasonAndLeavesNothing() {
    Path path = disk.resolve("r");
    GranularityException e =
        assertThrows(
            GranularityException.class,
            () -> Region.at(path).size(MIB).require(StoreGranularity.CACHE_LINE).create());
    assertEquals(
        path
            + ": stores become durable per PAGE here (an ordinary file in the page cache,"
            + " since MAP_SYNC was refused), but CACHE_LINE is required",
        e.getMessage());
    assertFalse(Files.exists(path));
  }

  @Test
  @DisplayName("Sparse tebibyte has data at both ends")
  void sparseTebibyteHasDataAtBothEnds() throws IOException {
    long size = 1L << 40;
    try (Region region = Region.at(shm.resolve("r")).size(size).create()) {
      region.segment().set(JAVA_LONG, 0, 1);
      region.segment().set(JAVA_LONG, size - 8, 2);
      assertEquals(1, region.segment().get(JAVA_LONG, 0));
      assertEquals(2, region.segment().get(JAVA_LONG, size - 8));
      assertEquals(0, region.segment().get(JAVA_LONG, size / 2));
    }
  }

  @Test
  @DisplayName("Populate without space is refused and leaves nothing")
  void populateWithoutSpaceIsRefusedAndLeavesNothing() {
    Path path = shm.resolve("r");
    RegionSizeException e =
        assertThrows(
            RegionSizeException.class,
            () -> Region.at(path).size(1L << 44).populate(true).create());
    assertTrue(Messages.of(e).contains("there is no space to populate"), Messages.of(e));
    assertFalse(Files.exists(path));
  }

  @Test
  @DisplayName("Size beyond the address space is refused and leaves nothing")
  void sizeBeyondTheAddressSpaceIsRefusedAndLeavesNothing() {
    Path path = shm.resolve("r");
    RegionSizeException e =
        assertThrows(RegionSizeException.class, () -> Region.at(path).size(1L << 50).create());
    assertTrue(Messages.of(e).contains("there is no address space"), Messages.of(e));
    assertFalse(Files.exists(path));
  }

  @Test
  @DisplayName("Populated region says so")
  void populatedRegionSaysSo() throws IOException {
    try (Region region = Region.at(shm.resolve("r")).size(MIB).populate(true).create()) {
      assertTrue(region.facts().wishes().contains("populated"), region.facts().wishes());
      assertTrue(region.pageSizes().toString().contains("1024 kB present"));
    }
  }

  // ---------------------------------------------------------------- what can't be opened

  private static void refused(String message, Executable open) {
    RegionException e = assertThrows(RegionException.class, open);
    assertEquals(message, e.getMessage());
  }

  @Test
  @DisplayName("Missing file")
  void missingFile() {
    assertThrows(NoSuchFileException.class, () -> Region.open(shm.resolve("none")));
  }

  @Test
  @DisplayName("Existing file is not created again")
  void existingFileIsNotCreatedAgain() throws IOException {
    Path path = Files.writeString(shm.resolve("r"), "precious");
    assertThrows(FileAlreadyExistsException.class, () -> Region.at(path).size(MIB).create());
    assertEquals("precious", Files.readString(path));
  }

  @Test
  @DisplayName("Empty file")
  void emptyFile() throws IOException {
    Path path = Files.createFile(shm.resolve("r"));
    refused(
        path + ": is empty: a region needs at least one page of 4096 bytes",
        () -> Region.open(path));
  }

  @Test
  @DisplayName("A size that is not whole pages is refused")
  void sizeThatIsNotWholePagesIsRefused() throws IOException {
    Path path = Files.write(shm.resolve("r"), new byte[5000]);
    refused(path + ": its size, 5000 bytes, is not a multiple of 4096", () -> Region.open(path));
  }

  @Test
  @DisplayName("Truncated file")
  void truncatedFile() throws IOException {
    Path path = Files.write(shm.resolve("r"), new byte[4096]);
    refused(
        path + ": is truncated: it holds 4096 bytes, 8192 were asked for",
        () -> Region.at(path).size(8192).open());
  }

  @Test
  @DisplayName("Directory fifo and foreign devices")
  void directoryFifoAndForeignDevices() throws Exception {
    refused(shm + ": is a directory", () -> Region.open(shm));
    refused(shm + ": is a directory", () -> Region.at(shm).readOnly(true).open());
    refused(
        "/dev/zero: is a character device, but not a device-dax",
        () -> Region.open(Path.of("/dev/zero")));
    Path fifo = disk.resolve("fifo");
    assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
    refused(
        fifo + ": is neither a regular file nor a device-dax",
        () -> Region.at(fifo).readOnly(true).open());
  }

  @Test
  @DisplayName("File without permission")
  void fileWithoutPermission() throws IOException {
    Path path = Files.write(shm.resolve("r"), new byte[4096]);
    Files.setPosixFilePermissions(
        path, java.nio.file.attribute.PosixFilePermissions.fromString("---------"));
    int me = Setfsuid.set(65534); // root may open anything; this thread now may not
    try {
      assertThrows(AccessDeniedException.class, () -> Region.open(path));
    } finally {
      Setfsuid.set(me);
    }
  }

  // ---------------------------------------------------------------- lock

  @Test
  @DisplayName("Writers exclude all others and readers share")
  void writersExcludeAllOthersAndReadersShare() throws IOException {
    Path path = Files.write(shm.resolve("r"), new byte[4096]);
    String locked =
        path + ": is locked: another process, or another region of this one, has it open";
    try (Region writer = Region.open(path)) {
      assertTrue(writer.isOpen());
      refused(locked, () -> Region.open(path));
      refused(locked, () -> Region.at(path).readOnly(true).open());
    }
    try (Region reader = Region.at(path).readOnly(true).open();
        Region second = Region.at(path).readOnly(true).open()) {
      assertTrue(reader.readOnly() && second.readOnly());
      refused(locked, () -> Region.open(path));
    }
    Region.open(path).close();
  }

  /** As a process that is being started has, until it executes its program. */
  @Test
  @DisplayName("Lock ends with the close though somebody has a copy of the descriptor")
  void lockEndsWithTheCloseThoughSomebodyHasACopyOfTheDescriptor() throws Throwable {
    Path path = shm.resolve("r");
    Linker linker = Linker.nativeLinker();
    MethodHandle dup =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("dup"), FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    int copy;
    try (Region region = Region.at(path).size(MIB).create()) {
      copy = (int) dup.invokeExact(region.fd());
    }
    try {
      Region.open(path).close();
    } finally {
      LinuxFiles.close(copy);
    }
  }

  @Test
  @DisplayName("Lock ends with its process")
  void lockEndsWithItsProcess() throws Exception {
    Path path = Files.write(shm.resolve("r"), new byte[4096]);
    Process holder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                LockHolder.class.getName(),
                path.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertEquals('L', holder.getInputStream().read(), "the other process has the lock");
      assertThrows(RegionLockedException.class, () -> Region.open(path));
    } finally {
      holder.destroyForcibly().waitFor();
    }
    Region.open(path).close();
  }

  /** Takes the lock, says so, and waits to be killed. */
  static final class LockHolder {
    private LockHolder() {}

    public static void main(String[] args) throws IOException {
      try (Region region = Region.open(Path.of(args[0]))) {
        System.out.write('L');
        System.out.flush();
        while (region.isOpen()) {
          Thread.onSpinWait();
        }
      }
    }
  }

  // ---------------------------------------------------------------- close, shrink, read-only

  @Test
  @DisplayName("Use after close is illegal state and closing twice is nothing")
  void useAfterCloseIsIllegalStateAndClosingTwiceIsNothing() throws IOException {
    Region region = Region.anonymous("r", 4096);
    MemorySegment segment = region.segment();
    region.close();
    region.close();
    assertFalse(region.isOpen());
    assertThrows(IllegalStateException.class, () -> segment.get(JAVA_BYTE, 0));
    assertThrows(IllegalStateException.class, region::ensureOpen);
    assertThrows(IllegalStateException.class, region::facts);
    assertThrows(IllegalStateException.class, region::fd);
  }

  @Test
  @DisplayName("Address taken before the close stays harmless while the region is reachable")
  void addressTakenBeforeTheCloseStaysHarmlessWhileTheRegionIsReachable() throws IOException {
    Path path = Files.write(shm.resolve("r"), new byte[4096]);
    Region region = Region.open(path);
    MemorySegment raw = MemorySegment.ofAddress(region.address()).reinterpret(4096);
    region.close();
    raw.set(JAVA_LONG, 0, -1);
    assertEquals(0, Files.readAllBytes(path)[0], "a late store reaches nobody's file");
    assertFalse(region.isOpen()); // keeps it reachable over the store
  }

  @Test
  @DisplayName("Store through read only region is refused")
  void storeThroughReadOnlyRegionIsRefused() throws IOException {
    Path path = Files.write(shm.resolve("r"), new byte[4096]);
    try (Region region = Region.at(path).readOnly(true).open()) {
      assertThrows(
          IllegalArgumentException.class, () -> region.segment().set(JAVA_BYTE, 0, (byte) 1));
    }
  }

  @Test
  @DisplayName("File that shrinks under the mapping is media error compiled or not")
  void fileThatShrinksUnderTheMappingIsMediaErrorCompiledOrNot() throws IOException {
    Path path = Files.write(shm.resolve("r"), new byte[8192]);
    try (Region region = Region.open(path)) {
      try (var channel =
          java.nio.channels.FileChannel.open(path, java.nio.file.StandardOpenOption.WRITE)) {
        channel.truncate(4096);
      }
      byte[] sink = new byte[64];
      for (int i = 0; i < 30_000; i++) {
        // compiled after some thousand turns: then the error is pending until deliver() polls for
        // it
        MediaErrorException e =
            assertThrows(MediaErrorException.class, () -> load(region, 4096, sink));
        assertEquals(4096, e.offset());
        load(region, 0, sink);
      }
      MediaErrorException e =
          assertThrows(MediaErrorException.class, () -> load(region, 4096, sink));
      assertEquals(
          path
              + ": bytes [4096, +64): can't be reached: the file shrank below its mapping: it holds"
              + " 4096 bytes of 8192",
          e.getMessage());
    }
  }

  private static void load(Region region, long offset, byte[] sink) throws MediaErrorException {
    try {
      MemorySegment.copy(region.segment(), JAVA_BYTE, offset, sink, 0, sink.length);
      AccessFault.deliver();
    } catch (InternalError e) {
      throw region.mediaError(offset, sink.length, e);
    }
  }
}
