package io.jdax.persist;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.DaxFile;
import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.facts.OpenMode;
import io.jdax.mm.DaxMapping;
import io.jdax.os.NativeStubs;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a second core sees half of, power loss can leave half of. */
class TornWordTest {
  private static final VarHandle WORD = JAVA_LONG.varHandle();
  private static final long OLD = 0x1111111111111111L;
  private static final long NEW = 0x2222222222222222L;
  private static final int TIMES = Integer.getInteger("jdax.test.stores", 400_000);

  private final TestRegions regions = new TestRegions();

  @AfterEach
  void close() {
    regions.close();
  }

  private interface Stores {
    void run(int round) throws IOException;
  }

  /** How often an aligned word inside a range of memory was neither all OLD nor all NEW. */
  private static long torn(MemorySegment memory, long offset, long length, int times, Stores stores)
      throws InterruptedException {
    memory.asSlice(offset, length).fill((byte) OLD);
    AtomicReference<@Nullable Throwable> end = new AtomicReference<>();
    Thread writer =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    for (int i = 0; i < times; i++) {
                      stores.run(i);
                    }
                  } catch (Throwable t) {
                    end.set(t);
                  }
                });
    long torn = 0;
    while (writer.isAlive()) {
      for (long at = offset + 7 & -8; at + 8 <= offset + length; at += 8) {
        long now = (long) WORD.getOpaque(memory, at);
        torn += now != OLD && now != NEW ? 1 : 0;
      }
    }
    if (end.get() != null) {
      throw new AssertionError(end.get());
    }
    return torn;
  }

  private static MemorySegment[] sources() {
    MemorySegment[] two = {Arena.ofAuto().allocate(256, 8), Arena.ofAuto().allocate(256, 8)};
    two[0].fill((byte) OLD);
    two[1].fill((byte) NEW);
    return two;
  }

  @Test
  @DisplayName(
      "No persister's copy or fill tears an aligned word, wherever its range begins and ends")
  void persisters() throws Exception {
    Region region = regions.create(TestRegions.MEMORY, 1 << 20);
    List<Persister> all = new ArrayList<>();
    all.add(new MsyncPersister(region, "test", (address, length, subject) -> {}));
    all.add(new JdkSyncPersister(region, region.segment(), lines -> {}));
    all.add(new FencePersister(region, DeepFlush.NONE));
    if (NativeStubs.loaded()) {
      all.add(new CacheLinePersister(region, DeepFlush.NONE));
    }
    MemorySegment[] two = sources();
    for (Persister its : all) {
      for (long[] range : new long[][] {{4096 + 5, 100}, {8192, 93}}) {
        Stores copies = i -> its.copyNoDrain(range[0], two[i & 1], 0, range[1]);
        Stores fills = i -> its.fillNoDrain(range[0], range[1], (byte) ((i & 1) == 0 ? OLD : NEW));
        assertEquals(
            0, torn(region.segment(), range[0], range[1], TIMES / 8, copies), its::describe);
        assertEquals(
            0, torn(region.segment(), range[0], range[1], TIMES / 8, fills), its::describe);
      }
    }
  }

  @Test
  @DisplayName("No copy or fill through a mapping tears an aligned word")
  void mappings() throws Exception {
    Region region = regions.create(TestRegions.MEMORY, 4 << 20);
    PmemBlockDevice device = PmemBlockDevice.of(region, Persister.of(region), 4096);
    DaxFileSystem.format(device, "torn");
    try (DaxFileSystem fs = DaxFileSystem.mount(device);
        DaxFile file = fs.open("/f", OpenMode.READ, OpenMode.WRITE, OpenMode.CREATE)) {
      file.truncate(4096);
      DaxMapping m = file.map(0, 4096);
      m.putLong(0, 1);
      MemorySegment frame = region.segment().asSlice(file.extents().getFirst().place(), 4096);
      MemorySegment[] two = sources();
      for (long[] range : new long[][] {{5, 100}, {59, 100}, {0, 93}}) {
        Stores copies = i -> m.copyFrom(range[0], two[i & 1], 0, range[1]);
        Stores fills = i -> m.fill(range[0], range[1], (byte) ((i & 1) == 0 ? OLD : NEW));
        assertEquals(0, torn(frame, range[0], range[1], TIMES, copies));
        assertEquals(0, torn(frame, range[0], range[1], TIMES, fills));
      }
    }
    device.close();
  }
}
