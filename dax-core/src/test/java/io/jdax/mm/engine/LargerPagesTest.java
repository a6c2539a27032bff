package io.jdax.mm.engine;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.DaxFile;
import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.facts.OpenMode;
import io.jdax.fs.facts.TierMode;
import io.jdax.machine.Errno;
import io.jdax.machine.SystemCallException;
import io.jdax.mm.DaxMapping;
import io.jdax.mm.HolePolicy;
import io.jdax.mm.Sharing;
import io.jdax.os.LinuxMemory;
import io.jdax.os.PageSize;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import io.jdax.region.RegionException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * In a JVM of its own, whose kernel is made believe to have larger pages (see {@link PageSize}).
 */
class LargerPagesTest {
  @TempDir Path disk;

  @ParameterizedTest
  @ValueSource(strings = {"16384", "65536"})
  @DisplayName("Everything works where the kernel's pages are larger than 4 KiB")
  void largerPages(String bytes) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-ea",
                "-D" + PageSize.PROPERTY + "=" + bytes,
                "--enable-native-access=ALL-UNNAMED",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=/dev/null",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                bytes,
                disk.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(120, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue(), said);
    assertTrue(said.contains("all is well"), said);
  }

  /** Runs in the other JVM. */
  public static final class Main {
    private Main() {}

    public static void main(String[] args) throws Exception {
      assertEquals(Long.parseLong(args[0]), PageSize.BYTES);
      kernelRefusesOddAddresses();
      for (Path folder : List.of(Path.of(args[1]), Path.of("/dev/shm"))) {
        for (int pages : new int[] {1, 17, 512 + 3}) {
          oddRegion(folder, pages);
        }
        fileSystem(folder);
      }
      long seed = new Random().nextLong();
      try {
        tables(new Random(seed));
      } catch (Throwable t) {
        throw new AssertionError("seed " + seed, t);
      }
      System.out.println("all is well");
    }

    /** Else nothing below would show anything. */
    private static void kernelRefusesOddAddresses() throws IOException {
      long at =
          LinuxMemory.mmap(
              0, 4096, 3, LinuxMemory.MAP_PRIVATE | LinuxMemory.MAP_ANONYMOUS, -1, 0, "");
      assertEquals(0, at % PageSize.BYTES);
      MemorySegment all = MemorySegment.ofAddress(at).reinterpret(PageSize.BYTES).fill((byte) 1);
      SystemCallException refused =
          assertThrows(SystemCallException.class, () -> LinuxMemory.msync(at + 4096, 4096, ""));
      assertEquals(Errno.EINVAL, refused.errno());
      assertThrows(SystemCallException.class, () -> LinuxMemory.madvise(at + 4096, 4096, 4, ""));
      assertThrows(SystemCallException.class, () -> LinuxMemory.munmap(at + 4096, 4096));
      LinuxMemory.madvise(at, 4096, 4, "");
      assertEquals(0, all.get(JAVA_LONG, PageSize.BYTES - 8), "lengths are rounded up");
      LinuxMemory.munmap(at, 4096);
    }

    private static void oddRegion(Path folder, int pages) throws IOException {
      long step = pages < 64 ? 3 * 4096 : 97 * 4096;
      Path file = Files.createTempFile(folder, "jdax-pages-", "");
      Files.delete(file);
      try {
        try (Region region = Region.at(file).size(pages * 4096L).create()) {
          Persister persister = Persister.of(region);
          for (long at = 0; at < pages * 4096L; at += step) {
            region.segment().set(JAVA_LONG, at, at + 1);
            persister.persist(at, 8);
            persister.fillPersist(at + 100, 3000, (byte) 7);
            persister.deepFlush(at, 4096);
          }
        }
        try (Region region = Region.open(file)) {
          for (long at = 0; at < pages * 4096L; at += step) {
            assertEquals(at + 1, region.segment().get(JAVA_LONG, at));
          }
        }
      } finally {
        Files.deleteIfExists(file);
      }
    }

    private static void fileSystem(Path folder) throws IOException {
      Path path = Files.createTempFile(folder, "jdax-pages-", "");
      Files.delete(path);
      try (Region region = Region.at(path).size((8 << 20) + 3 * 4096).create()) {
        PmemBlockDevice device = PmemBlockDevice.of(region, Persister.of(region), 4096);
        DaxFileSystem.format(device, "pages");
        try (DaxFileSystem fs = DaxFileSystem.mount(device)) {
          for (TierMode mode : new TierMode[] {TierMode.DIRECT, TierMode.CACHED}) {
            try (DaxFile file =
                fs.open("/" + mode, OpenMode.READ, OpenMode.WRITE, OpenMode.CREATE)) {
              file.setTier(mode);
              file.truncate(1 << 20);
              DaxMapping shared = file.map(0, 1 << 20);
              DaxMapping ours = file.map(0, 1 << 20, Sharing.PRIVATE, false, HolePolicy.ZERO);
              for (long at = 0; at < 1 << 20; at += 3 * 4096) {
                shared.putLong(at, at + 1);
                ours.putLong(at + 8, 5);
              }
              shared.force();
              file.punchHole(9 * 4096, 4096);
              for (long at = 0; at < 1 << 20; at += 3 * 4096) {
                assertEquals(at == 9 * 4096 ? 0 : at + 1, shared.getLong(at));
                assertEquals(5, ours.getLong(at + 8));
              }
              shared.close();
              ours.close();
            }
          }
        }
      } finally {
        Files.deleteIfExists(path);
      }
    }

    /** A range of tables, and what every word of it holds. */
    private record Range(AddressRange addresses, long bytes, long value) {
      long at() {
        return addresses.at;
      }
    }

    /** Tables that come and go leave their neighbours alone, and come as zeros. */
    private static void tables(Random random) throws IOException {
      long size = 256L << 20;
      long base =
          LinuxMemory.mmap(
              0,
              size,
              0,
              LinuxMemory.MAP_PRIVATE | LinuxMemory.MAP_ANONYMOUS | LinuxMemory.MAP_NORESERVE,
              -1,
              0,
              "");
      MemorySegment raw = MemorySegment.ofAddress(0).reinterpret(Long.MAX_VALUE);
      AddressPool pool =
          new AddressPool(
              "tables",
              (p, bytes) -> {
                throw new RegionException("tables", "no addresses are left");
              });
      pool.add(base, size);
      List<Range> live = new ArrayList<>();
      for (int i = 1; i < 1500; i++) {
        if (live.size() > 40 || (random.nextBoolean() && !live.isEmpty())) {
          Range gone = live.remove(random.nextInt(live.size()));
          pool.clean(gone.at(), gone.bytes);
          pool.release(gone.addresses);
        } else {
          long bytes = 512L << random.nextInt(10);
          Range fresh = new Range(pool.reserve(bytes), bytes, i);
          pool.use(fresh.at(), bytes);
          for (long at = 0; at < bytes; at += 8) {
            assertEquals(0, raw.get(JAVA_LONG, fresh.at() + at), "fresh tables are zeros");
            raw.set(JAVA_LONG, fresh.at() + at, fresh.value);
          }
          live.add(fresh);
        }
        if (i % 10 == 0) {
          for (Range range : live) {
            for (long at = 0; at < range.bytes; at += 512) {
              assertEquals(range.value, raw.get(JAVA_LONG, range.at() + at), range.toString());
              assertEquals(
                  range.value, raw.get(JAVA_LONG, range.at() + at + 504), range.toString());
            }
          }
        }
      }
      pool.close();
      LinuxMemory.munmap(base, size);
    }
  }
}
