package io.jdax.fs.journal;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.BadPage;
import io.jdax.os.Pages;
import io.jdax.persist.Persister;
import io.jdax.persist.RecordingPersister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("What the journal tells is read back in its order, as far as it has arrived")
class JournalTest {
  private static final long FILE_SYSTEM = 77;
  private static final JournalPlace PLACE = new JournalPlace(2, 1, 0x1234);

  /** The commit that changes follow, and the last change that it has. */
  private static final long COMMIT = 5;

  private static final long NUMBER = 40;

  private Region region;
  private RecordingPersister persister;
  private Journal journal;
  private long number = NUMBER;

  @BeforeEach
  void make() throws IOException {
    region = Region.anonymous("journal", Pages.bytes(4));
    persister = RecordingPersister.alone(region);
    journal = new Journal(persister, PLACE, FILE_SYSTEM);
    journal.follow(COMMIT);
  }

  @AfterEach
  void close() throws IOException {
    region.close();
  }

  /** Writes down edits. */
  private static final class Written implements Edits {
    final List<String> all = new ArrayList<>();

    @Override
    public void put(long hi, long lo, MemorySegment value, long offset, int length) {
      byte[] bytes = value.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
      all.add("put %x %x %s".formatted(hi, lo, new String(bytes, StandardCharsets.UTF_8)));
    }

    @Override
    public boolean delete(long hi, long lo) {
      all.add("delete %x %x".formatted(hi, lo));
      return true;
    }

    @Override
    public void deleteRange(long fromHi, long fromLo, long toHi, long toLo) {
      all.add("range %x %x %x %x".formatted(fromHi, fromLo, toHi, toLo));
    }
  }

  private void put(long hi, String value) {
    byte[] bytes = ("x" + value).getBytes(StandardCharsets.UTF_8);
    journal.put(hi, -hi, MemorySegment.ofArray(bytes), 1, bytes.length - 1);
  }

  private void end() {
    journal.end(++number);
  }

  /** A change of one edit. */
  private void tell(String value) {
    journal.begin();
    put(1, value);
    end();
  }

  private static String told(String value) {
    return "put 1 ffffffffffffffff " + value;
  }

  private static JournalScan scan(Persister persister, JournalPlace place, long commit, long number)
      throws IOException {
    return JournalScan.of(persister, place, true, FILE_SYSTEM, commit, number);
  }

  private static List<String> edits(JournalScan scan) throws IOException {
    Written written = new Written();
    for (int i = 0; i < scan.count(); i++) {
      scan.tell(i, written);
    }
    return written.all;
  }

  private List<String> afterKill() throws IOException {
    return edits(scan(persister, PLACE, COMMIT, NUMBER));
  }

  private List<String> afterPowerLoss() throws IOException {
    byte[] image = persister.image();
    try (Region other = Region.anonymous("after", image.length)) {
      MemorySegment.copy(MemorySegment.ofArray(image), 0, other.segment(), 0, image.length);
      return edits(scan(Persister.of(other), PLACE, COMMIT, NUMBER));
    }
  }

  @Test
  @DisplayName("Each kind of edit is read as it was made, values of any length, in one change")
  void kinds() throws IOException {
    journal.begin();
    put(1, "");
    put(2, "1234567");
    put(3, "12345678");
    put(-1, "123456789");
    journal.delete(5, 6);
    journal.deleteRange(7, 8, 9, -10);
    end();
    JournalScan scan = scan(persister, PLACE, COMMIT, NUMBER);
    assertEquals(1, scan.count());
    assertNull(scan.flaw());
    assertEquals(
        List.of(
            "put 1 ffffffffffffffff ",
            "put 2 fffffffffffffffe 1234567",
            "put 3 fffffffffffffffd 12345678",
            "put ffffffffffffffff 1 123456789",
            "delete 5 6",
            "range 7 8 9 fffffffffffffff6"),
        edits(scan));
  }

  @Test
  @DisplayName("What is stored survives the process; what is flushed and fenced, loss of power")
  void durability() throws IOException {
    tell("a");
    long told = journal.told();
    tell("b");
    assertEquals(List.of(told("a"), told("b")), afterKill());
    assertEquals(List.of(), afterPowerLoss());
    journal.persist(told);
    assertEquals(List.of(told("a")), afterPowerLoss());
    journal.persist(journal.told());
    assertEquals(List.of(told("a"), told("b")), afterPowerLoss());
    assertEquals(2, journal.flushes());
    journal.persist(journal.told());
    assertEquals(2, journal.flushes(), "there is nothing to flush");
  }

  @Test
  @DisplayName("A change that is not done is told over by the next one")
  void undone() throws IOException {
    journal.begin();
    put(1, "a long value that is never done");
    tell("a");
    assertEquals(List.of(told("a")), afterKill());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 8, 16, 24, 32, 40, 48, 56})
  @DisplayName("A record of which a word has not arrived is none, nor is what comes after it")
  void torn(int word) throws IOException {
    tell("a");
    tell("12345678");
    tell("c");
    long second = Pages.bytes(PLACE.firstFrame() + (COMMIT & 1)) + 64;
    long was = region.segment().get(JournalFormat.LONG, second + word);
    region.segment().set(JournalFormat.LONG, second + word, ~was);
    assertEquals(List.of(told("a")), afterKill());
    region.segment().set(JournalFormat.LONG, second + word, was);
    assertEquals(3, afterKill().size());
  }

  @Test
  @DisplayName("Records of another mount, another file system or another commit do not count")
  void foreign() throws IOException {
    tell("a");
    assertEquals(0, scan(persister, PLACE.renewed(9), COMMIT, NUMBER).count());
    assertEquals(0, scan(persister, PLACE, COMMIT + 2, NUMBER).count());
    assertEquals(0, scan(persister, PLACE, COMMIT, NUMBER - 1).count());
    assertEquals(0, scan(persister, PLACE, COMMIT, NUMBER + 1).count());
    assertEquals(
        0, JournalScan.of(persister, PLACE, true, FILE_SYSTEM + 1, COMMIT, NUMBER).count());
    assertEquals(0, JournalScan.of(persister, PLACE, false, FILE_SYSTEM, COMMIT, NUMBER).count());
    assertEquals(0, scan(persister, JournalPlace.NONE, COMMIT, NUMBER).count());
    assertEquals(1, scan(persister, PLACE, COMMIT, NUMBER).count());
  }

  @Test
  @DisplayName("The changes of a commit that is lost are told, and those after it, without a gap")
  void lostCommit() throws IOException {
    tell("a");
    tell("b");
    journal.follow(COMMIT + 1);
    tell("c");
    assertEquals(List.of(told("a"), told("b"), told("c")), afterKill());
    assertEquals(List.of(told("c")), edits(scan(persister, PLACE, COMMIT + 1, NUMBER + 2)));
    journal.follow(COMMIT + 2); // over those of a and b
    tell("d");
    assertEquals(
        List.of(told("c"), told("d")), edits(scan(persister, PLACE, COMMIT + 1, NUMBER + 2)));
  }

  @Test
  @DisplayName(
      "After a change that was not told, what follows its commit does not count without it")
  void lostCommitWithAGap() throws IOException {
    tell("a");
    journal.begin();
    journal.leaveOut();
    assertTrue(journal.hasEdits());
    end();
    assertTrue(journal.isCutOff());
    tell("after a gap");
    assertEquals(1, journal.records());
    journal.follow(COMMIT + 1);
    assertFalse(journal.isCutOff());
    tell("c");
    assertEquals(List.of(told("a")), afterKill());
    assertEquals(List.of(told("c")), edits(scan(persister, PLACE, COMMIT + 1, NUMBER + 3)));
  }

  @Test
  @DisplayName("A half takes what fits, to its last byte; then it is cut off until the next commit")
  void full() throws IOException {
    int told = 0;
    while (!journal.isCutOff()) {
      tell("a value of 32 bytes, to the byte");
      told++;
    }
    assertEquals(told - 1, afterKill().size());
    assertEquals(Pages.BYTES / 128, told - 1, "two lines each");
    tell("b");
    assertEquals(told - 1, afterKill().size(), "nothing is told after a gap");
    journal.follow(COMMIT + 1);
    tell("c");
    assertEquals(List.of(told("c")), edits(scan(persister, PLACE, COMMIT + 1, number - 1)));
  }

  @Test
  @DisplayName("A change without an edit is no record, and one that is too long takes no room")
  void edges() throws IOException {
    journal.begin();
    assertFalse(journal.hasEdits());
    journal.begin();
    for (int i = 0; i < Pages.BYTES / 16; i++) {
      journal.delete(i, i);
    }
    end();
    assertTrue(journal.isCutOff());
    assertEquals(List.of(), afterKill());
  }

  @Test
  @DisplayName("Nothing is told before the first commit is durable, nor without a journal")
  void inactive() throws IOException {
    Journal other = new Journal(persister, PLACE, FILE_SYSTEM);
    assertTrue(other.isCutOff());
    Journal none = Journal.none();
    assertTrue(none.isCutOff());
    none.follow(3);
    assertTrue(none.isCutOff());
    none.begin();
    none.delete(1, 2);
    Journal.none().begin(); // of another tree
    assertTrue(none.hasEdits());
    none.end(1);
    assertEquals(0, none.records());
  }

  @Test
  @DisplayName("A step that is not known, under a good check, is a flaw that is named")
  void unknown() throws IOException {
    tell("a");
    tell("b");
    long second = Pages.bytes(PLACE.firstFrame() + (COMMIT & 1)) + 64;
    MemorySegment s = region.segment();
    s.set(JournalFormat.LONG, second + JournalFormat.HEADER_BYTES, JournalFormat.what(9, 0));
    long seed = s.get(JournalFormat.LONG, second - 64);
    long end = second + JournalFormat.HEADER_BYTES + s.get(JournalFormat.LONG, second + 24) * 8;
    s.set(
        JournalFormat.LONG,
        second,
        WordCheck.ofSum(seed, JournalFormat.sum(seed, s, second, second + 8, end)));
    JournalScan scan = scan(persister, PLACE, COMMIT, NUMBER);
    assertEquals(List.of(told("a")), edits(scan));
    assertEquals("has change 42, with a step 0x9 that this release does not know", scan.flaw());
  }

  @Test
  @DisplayName("A half that can't be read is a flaw, and the changes before are told")
  void unreadable() throws IOException {
    JournalPlace place = new JournalPlace(2, 2, 3);
    try (Region other = Region.anonymous("bad", Pages.bytes(6))) {
      Journal told = new Journal(Persister.of(other), place, FILE_SYSTEM);
      told.follow(1); // the second half
      told.begin();
      told.delete(1, 2);
      told.end(NUMBER + 1);
      BadPage page = BadPage.in(other, 5);
      JournalScan scan = scan(Persister.of(other), place, 1, NUMBER);
      assertEquals(List.of("delete 1 2"), edits(scan));
      assertTrue(requireNonNull(scan.flaw()).startsWith("can't be read from byte 4096 of half 1"));
      told.begin();
      for (int i = 0; i < 200; i++) {
        told.delete(i, i); // into the page that is bad
      }
      told.end(NUMBER + 2);
      assertTrue(told.isCutOff());
      told.follow(2);
      assertTrue(told.isCutOff(), "it is not trusted any more");
      page.replace();
    }
  }
}
