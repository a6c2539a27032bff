package io.jdax.tests.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jdax.testing.CrashExplorer;
import io.jdax.testing.SimulatedPmem;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A cache writes lines back as it likes: also what a line held before it was stored to again. */
class EvictedContentTest {
  private static final int OTHER = 4096;

  /** Stores with power failing meanwhile, and tells what the word at 0 was then found to be. */
  private interface Stores {
    void run(SimulatedPmem pmem, CrashExplorer<String> crashes, MemorySegment memory)
        throws IOException;
  }

  private static Set<Long> found(Stores stores) throws IOException {
    Set<Long> found = new TreeSet<>();
    try (SimulatedPmem pmem = SimulatedPmem.create("evicted", 8192);
        CrashExplorer<String> crashes =
            CrashExplorer.start(
                    pmem,
                    "evicted",
                    1,
                    (left, looked) -> {
                      if (looked.equals("looked at")) {
                        found.add(left.region().segment().get(ValueLayout.JAVA_LONG, 0));
                      }
                    },
                    "not yet")
                .flushesOneIn(1)) {
      stores.run(pmem, crashes, pmem.region().segment());
      crashes.check();
    }
    return found;
  }

  private static void set(MemorySegment memory, long value) {
    memory.set(ValueLayout.JAVA_LONG, 0, value);
  }

  private static void persistOther(SimulatedPmem pmem, MemorySegment memory) throws IOException {
    memory.set(ValueLayout.JAVA_LONG, OTHER, 7);
    pmem.persister().persist(OTHER, 8);
  }

  @Test
  @DisplayName("A content that was there during a persist of another line may be what is left")
  void seenAtAPersist() throws IOException {
    assertEquals(
        Set.of(0L, 1L, 2L),
        found(
            (pmem, crashes, memory) -> {
              set(memory, 1);
              persistOther(pmem, memory);
              crashes.expect("looked at");
              set(memory, 2);
            }));
  }

  @Test
  @DisplayName("A content that was looked at between two stores may be what is left")
  void lookedAt() throws IOException {
    assertEquals(
        Set.of(0L, 1L, 2L),
        found(
            (pmem, crashes, memory) -> {
              set(memory, 1);
              pmem.look();
              set(memory, 2);
              crashes.expect("looked at");
            }));
  }

  @Test
  @DisplayName("A content that is older than one that was made durable is never left")
  void overtaken() throws IOException {
    assertEquals(
        Set.of(2L),
        found(
            (pmem, crashes, memory) -> {
              set(memory, 1);
              persistOther(pmem, memory);
              set(memory, 2);
              pmem.persister().persist(0, 8);
              crashes.expect("looked at");
              persistOther(pmem, memory);
            }));
  }

  @Test
  @DisplayName("A content that is stored while an older one is on its way may be left as well")
  void storedWhilePending() throws IOException {
    assertEquals(
        Set.of(1L, 2L),
        found(
            (pmem, crashes, memory) -> {
              set(memory, 1);
              pmem.persister().flush(0, 8);
              set(memory, 2);
              pmem.look();
              set(memory, 1);
              pmem.persister().drain();
              crashes.expect("looked at");
            }));
  }
}
