package io.jdax.block;

import static io.jdax.Sizes.PAGE;
import static io.jdax.Sizes.SECTOR;
import static io.jdax.block.TestDevices.noise;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jdax.os.LinuxFiles;
import io.jdax.persist.Persister;
import io.jdax.persist.RecordingPersister;
import io.jdax.persist.SourceFaultException;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Words of 8 bytes are whole, wherever callers' buffers begin and end. */
class WholeWordsTest {
  private static final long OLD = 0x1111111111111111L;
  private static final long NEW = 0x2222222222222222L;
  private static final int TIMES = Integer.getInteger("jdax.test.stores", 150_000);

  private final TestDevices devices = new TestDevices();

  @AfterEach
  void close() throws IOException {
    devices.close();
  }

  /** Cuts memory into pieces, of which many have less than a word, or nothing. */
  private static MemorySegment[] cut(MemorySegment whole, Random random) {
    List<MemorySegment> pieces = new ArrayList<>();
    for (long at = 0; at < whole.byteSize(); ) {
      long most = random.nextInt(4) == 0 ? 700 : 12;
      long length = Math.min(whole.byteSize() - at, random.nextLong(most));
      pieces.add(whole.asSlice(at, length));
      at += length;
    }
    return pieces.toArray(MemorySegment[]::new);
  }

  @Test
  @DisplayName("What is cut into buffers is stored by whole words, and is what was written")
  void storesWholeWords() throws IOException {
    long seed = TestDevices.seed();
    Random random = new Random(seed);
    Region region = devices.memfd(PAGE * 4);
    RecordingPersister persister = RecordingPersister.alone(region);
    PmemBlockDevice device = PmemBlockDevice.of(region, persister, SECTOR);
    for (int round = 0; round < 200; round++) {
      byte[] bytes = noise((1 + random.nextInt(4)) * SECTOR, random.nextLong());
      device.write(3, cut(MemorySegment.ofArray(bytes), random));
      for (RecordingPersister.Event event : persister.events()) {
        assertEquals(0, (event.offset() | event.length()) & 7, () -> "seed " + seed + ": " + event);
      }
      byte[] back = new byte[bytes.length];
      device.read(3, cut(MemorySegment.ofArray(back), random));
      assertArrayEquals(bytes, back, () -> "seed " + seed);
      assertEquals(List.of(), persister.unpersistedLines());
      persister.reset();
    }
  }

  @Test
  @DisplayName("So it is on a file, where all of it is flushed at once")
  void storesWholeWordsToAFile() throws Exception {
    Region region = devices.file(Path.of(System.getProperty("java.io.tmpdir")), 4 * PAGE);
    BlockDevice device =
        PmemBlockDevice.of(region, RecordingPersister.alone(region), SECTOR); // no system calls
    MemorySegment[] two = oldAndNew();
    assertEquals(
        0,
        torn(
            i -> device.write(0, two[i & 1].asSlice(0, 3), two[i & 1].asSlice(3, 509)),
            () -> look(region.segment(), 0, SECTOR)));
    long seed = TestDevices.seed();
    Random random = new Random(seed);
    byte[] bytes = noise(3 * SECTOR, seed);
    byte[] back = new byte[3 * SECTOR];
    device.write(1, cut(MemorySegment.ofArray(bytes), random));
    device.read(1, cut(MemorySegment.ofArray(back), random));
    assertArrayEquals(bytes, back, () -> "seed " + seed);
  }

  @Test
  @DisplayName("What another thread stores is loaded by whole words, to wherever")
  void loadsWholeWords() throws Exception {
    Region region = devices.memfd(4 * PAGE);
    BlockDevice device = PmemBlockDevice.of(region, Persister.of(region), SECTOR);
    MemorySegment[] two = oldAndNew();
    MemorySegment heap = MemorySegment.ofArray(new byte[SECTOR + 3]).asSlice(3);
    MemorySegment outside = Arena.ofAuto().allocate(SECTOR + 8, 8).asSlice(5, SECTOR);
    Stores stores = i -> device.write(0, two[i & 1]);
    for (MemorySegment dst : new MemorySegment[] {heap, outside}) {
      Look odd =
          () -> {
            device.read(0, dst);
            return look(dst, 0, SECTOR);
          };
      assertEquals(0, torn(stores, odd), "memory at an odd address");
    }
    MemorySegment even = MemorySegment.ofArray(new byte[SECTOR]);
    Look pieces =
        () -> {
          device.read(0, even.asSlice(0, 3), even.asSlice(3, 2), even.asSlice(5));
          return look(even, 0, SECTOR);
        };
    assertEquals(0, torn(stores, pieces), "pieces");
  }

  @Test
  @DisplayName("Memory over sectors is stored to by whole words as well")
  void memoryOverSectors() throws Exception {
    Region region = devices.memfd(4 * PAGE);
    Region sectors = devices.memfd(4 * PAGE);
    SectorPersister persister = new SectorPersister(region, TestDevices.device(sectors, SECTOR));
    MemorySegment[] two = oldAndNew();
    region.segment().fill((byte) OLD);
    persister.fillPersist(0, PAGE, (byte) OLD);
    Look look = () -> look(region.segment(), 8, 104);
    assertEquals(0, torn(i -> persister.copyNoDrain(5, two[i & 1].asSlice(1), 0, 100), look));
    assertEquals(
        0, torn(i -> persister.fillNoDrain(5, 100, (byte) ((i & 1) == 0 ? OLD : NEW)), look));
  }

  @Test
  @DisplayName("A source that can't be read is named, and with it the byte, also within a word")
  void sourceFault() throws IOException {
    Region other = devices.memfd(2 * PAGE);
    MemorySegment unbacked = other.segment();
    LinuxFiles.ftruncate(other.fd(), PAGE, "source");
    for (boolean file : new boolean[] {false, true}) {
      Region region =
          file
              ? devices.file(Path.of(System.getProperty("java.io.tmpdir")), 4 * PAGE)
              : devices.memfd(4 * PAGE);
      BlockDevice device = TestDevices.device(region, SECTOR);
      MemorySegment head = MemorySegment.ofArray(new byte[SECTOR - 3]).fill((byte) 1);
      SourceFaultException e =
          assertThrows(
              SourceFaultException.class, () -> device.write(0, head, unbacked.asSlice(PAGE, 3)));
      assertEquals(0, e.sourceByte());
      assertEquals(SECTOR - 8, e.offset());
      byte[] stored = region.segment().asSlice(0, SECTOR).toArray(JAVA_BYTE);
      assertEquals(1, stored[SECTOR - 9], "what precedes is complete");
      assertEquals(0, stored[SECTOR - 8], "a word is stored whole or not at all");
    }
  }

  private interface Stores {
    void run(int round) throws IOException;
  }

  private interface Look {
    long run() throws IOException;
  }

  private static MemorySegment[] oldAndNew() {
    MemorySegment[] two = {
      MemorySegment.ofArray(new byte[SECTOR]), MemorySegment.ofArray(new byte[SECTOR])
    };
    two[0].fill((byte) OLD);
    two[1].fill((byte) NEW);
    return two;
  }

  /** How many of the words from a byte on, and before another, are neither. */
  private static long look(MemorySegment memory, long from, long to) {
    long torn = 0;
    for (long at = from; at < to; at += 8) {
      long now = memory.get(JAVA_LONG_UNALIGNED, at);
      torn += now != OLD && now != NEW ? 1 : 0;
    }
    return torn;
  }

  /** How many torn words a thread sees while another one stores. */
  private static long torn(Stores stores, Look look) throws Exception {
    stores.run(0);
    AtomicBoolean done = new AtomicBoolean();
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    Thread writer =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    for (int i = 0; i < TIMES; i++) {
                      stores.run(i);
                    }
                  } catch (Throwable t) {
                    failure.set(t);
                  } finally {
                    done.set(true);
                  }
                });
    long torn = 0;
    do {
      torn += look.run();
    } while (!done.get());
    writer.join();
    if (failure.get() != null) {
      throw new AssertionError(failure.get());
    }
    return torn;
  }
}
