package io.jdax.tests.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.DaxFile;
import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.facts.OpenMode;
import io.jdax.mm.DaxMapping;
import io.jdax.testing.CrashExplorer;
import io.jdax.testing.CrashedState;
import io.jdax.testing.SimulatedPmem;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Several threads, each with a file of its own; they meet in the commits. */
class CrashThreadsTest {
  private static final int THREADS = 3;
  private static final int RECORDS = 60;

  /**
   * One thread's file: words 1, 2, 3 …
   *
   * @param acknowledged words that are durable
   * @param inFlight words that may be there
   * @param names the file has one of them
   */
  private record Part(int acknowledged, int inFlight, List<String> names) {}

  private @Nullable PmemBlockDevice device;

  private void verify(CrashedState left, List<Part> parts) throws IOException {
    if (device == null) {
      device = PmemBlockDevice.of(left.region(), left.persister(), 4096);
    }
    try (DaxFileSystem fs = DaxFileSystem.mount(device, 1)) {
      for (Part part : parts) {
        List<String> found = new ArrayList<>();
        for (String name : part.names) {
          if (fs.exists(name)) {
            found.add(name);
          }
        }
        assertEquals(1, found.size(), "of the names " + part.names);
        try (DaxFile file = fs.open(found.getFirst())) {
          words(part, file);
        }
      }
    }
  }

  private static void words(Part part, DaxFile file) throws IOException {
    int count = (int) (file.sizeBytes() / 8);
    if (count < part.acknowledged) {
      fail(count + " words, acknowledged are " + part.acknowledged);
    }
    ByteBuffer bytes = ByteBuffer.allocate(count * 8).order(ByteOrder.nativeOrder());
    file.read(0, bytes);
    for (int i = 0; i < count; i++) {
      long word = bytes.getLong(8 * i);
      if (word != i + 1 && (i < part.acknowledged || word != 0)
          || word != 0 && i >= part.inFlight) {
        fail("word " + i + " is " + word + " of " + part);
      }
    }
  }

  @Test
  @DisplayName("Power loss while several threads write, map, rename and sync keeps every promise")
  void threads() throws Exception {
    try (SimulatedPmem pmem = SimulatedPmem.create("threads", 512 << 10)) {
      PmemBlockDevice own = PmemBlockDevice.of(pmem.region(), pmem.persister(), 4096);
      DaxFileSystem.format(own, "threads");
      try (DaxFileSystem fs = DaxFileSystem.mount(own, 1)) {
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
          fs.open("/" + i, OpenMode.WRITE, OpenMode.CREATE).close();
          parts.add(new Part(0, 0, List.of("/" + i)));
        }
        AtomicReference<Throwable> failed = new AtomicReference<>();
        try (CrashExplorer<List<Part>> crashes =
            CrashExplorer.start(pmem, "threads", 1, this::verify, List.copyOf(parts))
                .statesPerPoint(32)) {
          List<Thread> threads = new ArrayList<>();
          for (int i = 0; i < THREADS; i++) {
            int self = i;
            threads.add(
                Thread.ofPlatform()
                    .start(
                        () -> {
                          try {
                            work(fs, crashes, self);
                          } catch (Throwable t) {
                            failed.compareAndSet(null, t);
                          }
                        }));
          }
          for (Thread thread : threads) {
            thread.join();
          }
          crashes.check();
          System.out.println(crashes.figures());
          assertTrue(crashes.figures().distinct() > 1000, crashes.figures().toString());
        }
        if (failed.get() != null) {
          throw new CompletionException(failed.get());
        }
        assertNull(failed.get());
      }
    }
  }

  private static void work(DaxFileSystem fs, CrashExplorer<List<Part>> crashes, int self)
      throws IOException {
    String name = "/" + self;
    for (int n = 1; n <= RECORDS; n++) {
      int done = n;
      String now = name;
      update(crashes, self, new Part(n - 1, n, List.of(now)));
      if (n % 3 == 0) {
        try (DaxFile file = fs.open(name, OpenMode.READ, OpenMode.WRITE)) {
          file.truncate(8L * n);
          try (DaxMapping m = file.map(0, 4096)) {
            m.putLong(8L * (n - 1), n);
            m.persist(8L * (n - 1), 8);
          }
        }
      } else {
        try (DaxFile file = fs.open(name, OpenMode.WRITE, OpenMode.DSYNC)) {
          file.write(8L * (n - 1), MemorySegment.ofArray(new long[] {n}));
        }
      }
      update(crashes, self, new Part(done, done, List.of(now)));
      if (n % 5 == 0) {
        String next = "/" + self + "-" + n;
        update(crashes, self, new Part(done, done, List.of(now, next)));
        fs.rename(now, next);
        name = next;
        update(crashes, self, new Part(done, done, List.of(next)));
      }
    }
  }

  private static void update(CrashExplorer<List<Part>> crashes, int self, Part part) {
    crashes.update(
        before -> {
          List<Part> parts = new ArrayList<>(before);
          parts.set(self, part);
          return List.copyOf(parts);
        });
  }

  // ---------------------------------------------------------------- one file

  private static final int SHARED_WORDS = 24;

  /**
   * What one thread of several has put into pages of its own of the one file.
   *
   * @param acknowledged words that are durable
   * @param inFlight words that may be there
   */
  private record Share(int acknowledged, int inFlight) {}

  private static long place(int self, int n) {
    return ((long) n / 3 * THREADS + self) * 4096 + 8L * (n % 3);
  }

  private void verifyShared(CrashedState left, List<Share> shares) throws IOException {
    if (device == null) {
      device = PmemBlockDevice.of(left.region(), left.persister(), 4096);
    }
    try (DaxFileSystem fs = DaxFileSystem.mount(device, 1);
        DaxFile file = fs.open("/shared")) {
      long[] word = new long[1];
      for (int i = 0; i < shares.size(); i++) {
        for (int n = 0; n < SHARED_WORDS; n++) {
          word[0] = 0;
          file.read(place(i, n), MemorySegment.ofArray(word));
          boolean there = word[0] == n + 1;
          if (!there && (word[0] != 0 || n < shares.get(i).acknowledged)
              || there && n >= shares.get(i).inFlight) {
            fail("word " + n + " of thread " + i + " is " + word[0] + ", " + shares.get(i));
          }
        }
      }
    }
  }

  @Test
  @DisplayName("Power loss while several threads work on pages of one file keeps every promise")
  void oneFile() throws Exception {
    try (SimulatedPmem pmem = SimulatedPmem.create("shared", 512 << 10)) {
      PmemBlockDevice own = PmemBlockDevice.of(pmem.region(), pmem.persister(), 4096);
      DaxFileSystem.format(own, "shared");
      try (DaxFileSystem fs = DaxFileSystem.mount(own, 1);
          DaxFile file = fs.open("/shared", OpenMode.READ, OpenMode.WRITE, OpenMode.CREATE)) {
        file.truncate(place(THREADS - 1, SHARED_WORDS));
        List<Share> none = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
          none.add(new Share(0, 0));
        }
        AtomicReference<Throwable> failed = new AtomicReference<>();
        try (CrashExplorer<List<Share>> crashes =
            CrashExplorer.start(pmem, "shared", 1, this::verifyShared, List.copyOf(none))
                .statesPerPoint(16)) {
          List<Thread> threads = new ArrayList<>();
          for (int i = 0; i < THREADS; i++) {
            int self = i;
            threads.add(
                Thread.ofPlatform()
                    .start(
                        () -> {
                          try (DaxMapping mapping = file.map(0, file.sizeBytes())) {
                            workShared(file, mapping, crashes, self);
                          } catch (Throwable t) {
                            failed.compareAndSet(null, t);
                          }
                        }));
          }
          for (Thread thread : threads) {
            thread.join();
          }
          if (failed.get() != null) {
            throw new CompletionException(failed.get());
          }
          crashes.check();
          System.out.println(crashes.figures());
          assertTrue(crashes.figures().distinct() > 300, crashes.figures().toString());
        }
      }
    }
  }

  private static void workShared(
      DaxFile file, DaxMapping mapping, CrashExplorer<List<Share>> crashes, int self)
      throws IOException {
    for (int n = 0; n < SHARED_WORDS; n++) {
      share(crashes, self, new Share(n, n + 1));
      long at = place(self, n);
      switch (n % 3) {
        case 0 -> {
          mapping.putLong(at, n + 1);
          mapping.persist(at, 8);
        }
        case 1 -> {
          file.write(at, MemorySegment.ofArray(new long[] {n + 1}));
          file.fsync();
        }
        default -> {
          mapping.putLongVolatile(at, n + 1);
          file.fsync();
        }
      }
      share(crashes, self, new Share(n + 1, n + 1));
    }
  }

  private static void share(CrashExplorer<List<Share>> crashes, int self, Share share) {
    crashes.update(
        before -> {
          List<Share> shares = new ArrayList<>(before);
          shares.set(self, share);
          return List.copyOf(shares);
        });
  }
}
