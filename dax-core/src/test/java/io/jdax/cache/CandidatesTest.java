package io.jdax.cache;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Pages that may leave. */
class CandidatesTest {
  private final Candidates candidates = new Candidates();

  @Test
  @DisplayName("Each file is given its own pages, ascending, however many there are")
  void byFile() {
    List<TreeSet<Long>> expected = new ArrayList<>();
    List<FrameOwner> owners = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      owners.add(new IdleOwner());
      expected.add(new TreeSet<>());
    }
    Random random = new Random(3);
    int count = 0;
    while (count < 200) {
      int i = random.nextInt(3);
      long page = random.nextLong(1L << 48);
      if (expected.get(i).add(page)) {
        candidates.add(owners.get(i), page);
        assertEquals(++count, candidates.count());
      }
    }
    for (int i = 0; i < 3; i++) {
      Candidates.Batch batch = requireNonNull(candidates.sorted().get(owners.get(i)));
      assertArrayEquals(
          expected.get(i).stream().mapToLong(page -> page).toArray(),
          Arrays.copyOf(batch.pages, batch.count));
    }
    assertEquals(3, candidates.sorted().size());
  }

  @Test
  @DisplayName("Where there are none, no file is asked")
  void none() {
    assertEquals(0, candidates.count());
    assertEquals(0, candidates.sorted().size());
  }
}
