package io.jdax.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * A device that is closed under its users: each of them gets IllegalStateException, and nothing
 * else.
 */
class PmemCloseRaceTest {
  private static final int SIZE = 4 << 20;
  private final TestDevices devices = new TestDevices();

  @AfterEach
  void close() throws IOException {
    devices.close();
  }

  private interface Request {
    void run(BlockDevice device, long sector, MemorySegment buffer) throws IOException;
  }

  @Test
  @DisplayName("Every user of a closing device gets illegal state")
  void everyUserOfAClosingDeviceGetsIllegalState() throws Exception {
    List<Request> requests =
        List.of(
            BlockDevice::read,
            BlockDevice::write,
            (device, sector, buffer) ->
                device.write(sector, buffer.asSlice(0, 99), buffer.asSlice(99)),
            (device, sector, buffer) -> device.writeZeroes(sector, buffer.byteSize() / 512));
    for (int round = 0; round < 15 * TestDevices.multiplier(); round++) {
      Region region = devices.shm(SIZE);
      PmemBlockDevice device = TestDevices.device(region, 512);
      CountDownLatch running = new CountDownLatch(requests.size());
      try (ExecutorService pool = Executors.newFixedThreadPool(requests.size())) {
        List<Future<Throwable>> ends = new ArrayList<>();
        for (Request request : requests) {
          ends.add(pool.submit(() -> untilItFails(device, request, running)));
        }
        running.await();
        Thread.sleep(round % 5);
        device.close();
        for (Future<Throwable> end : ends) {
          assertEquals(
              IllegalStateException.class, end.get().getClass(), () -> end.resultNow().toString());
        }
      }
      assertFalse(region.isOpen());
    }
  }

  private static Throwable untilItFails(
      BlockDevice device, Request request, CountDownLatch running) {
    MemorySegment buffer = MemorySegment.ofArray(new byte[64 << 10]);
    try {
      for (long i = 0; ; i++) {
        request.run(device, i % 32 * 128, buffer);
        if (i == 10) {
          running.countDown();
        }
      }
    } catch (Throwable t) {
      running.countDown();
      return t;
    }
  }
}
