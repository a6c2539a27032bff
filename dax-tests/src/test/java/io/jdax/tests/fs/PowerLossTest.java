package io.jdax.tests.fs;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.DaxFile;
import io.jdax.fs.DirectoryEntry;
import io.jdax.fs.OpenMode;
import io.jdax.mm.DaxMapping;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;

/**
 * Random operations, and power loss after and in the middle of them: what comes up is mountable,
 * holds what was promised, and never another file's bytes.
 */
class PowerLossTest {
  private static final int OPERATIONS = 900;
  private static final String[] NAMES = {"a", "b", "c", "d"};

  private final Random random = new Random();
  private final List<String> log = new ArrayList<>();
  private final Map<String, LossFile> files = new TreeMap<>();

  /** What the names may be, while an operation is under way. */
  private final List<Map<String, LossFile>> candidates = new ArrayList<>();

  private TestFs t;
  private int images;

  @RepeatedTest(3)
  @DisplayName(
      "power loss at any time leaves each name old or new, and each byte zero or written there")
  void anyTime() throws IOException {
    long seed = Long.getLong("jdax.test.seed", System.nanoTime());
    random.setSeed(seed);
    Region region = Region.anonymous("loss", 640 << 10);
    PowerLossPersister persister = new PowerLossPersister(region, new Random(seed + 1));
    try (TestFs formatted = TestFs.formatOver(persister)) {
      t = formatted;
      candidates.add(Map.of());
      Thread self = Thread.currentThread();
      persister.observe(
          40,
          image -> {
            if (Thread.currentThread().equals(self)) { // others know nothing of the operation
              check(image);
            }
          });
      for (int i = 0; i < Hammer.rounds(OPERATIONS); i++) {
        step();
        candidates.clear();
        candidates.add(new TreeMap<>(files));
        if (i % 25 == 0) {
          check(persister.image());
        }
      }
      persister.observe(Integer.MAX_VALUE, image -> {});
      for (Map.Entry<String, LossFile> each : files.entrySet()) {
        assertNull(each.getValue().difference(t.read("/" + each.getKey())), each.getKey());
      }
    } catch (Throwable e) {
      int from = Math.max(0, log.size() - 60);
      throw new AssertionError(
          "repeat with -Djdax.test.seed="
              + seed
              + "\n  "
              + String.join("\n  ", log.subList(from, log.size())),
          e);
    }
    assertTrue(images > 40, "images checked: " + images);
  }

  private void check(byte[] image) throws IOException {
    images++;
    try (TestFs left = TestFs.ofImage(image)) {
      Map<String, byte[]> found = new TreeMap<>();
      for (DirectoryEntry e : left.fs().list("/").toList()) {
        found.put(e.name(), left.read("/" + e.name()));
      }
      List<String> complaints = new ArrayList<>();
      for (Map<String, LossFile> candidate : candidates) {
        String complaint = complaint(candidate, found);
        if (complaint == null) {
          return;
        }
        complaints.add(complaint);
      }
      throw new AssertionError("after power loss: " + complaints);
    }
  }

  private static String complaint(Map<String, LossFile> candidate, Map<String, byte[]> found) {
    if (!candidate.keySet().equals(found.keySet())) {
      return "names " + found.keySet() + ", may be " + candidate.keySet();
    }
    for (Map.Entry<String, LossFile> each : candidate.entrySet()) {
      String complaint = each.getValue().complaint(found.get(each.getKey()));
      if (complaint != null) {
        return each.getKey() + ": " + complaint;
      }
    }
    return null;
  }

  private void step() throws IOException {
    String name = NAMES[random.nextInt(NAMES.length)];
    LossFile file = files.get(name);
    if (file == null) {
      file = new LossFile();
      log.add("create " + name);
      changeNames(Map.of(name, file), null);
      t.create("/" + name).close();
      return;
    }
    int kind = random.nextInt(40);
    if (kind == 0) {
      log.add("unlink " + name);
      changeNames(Map.of(), name);
      t.fs().unlink("/" + name);
    } else if (kind < 3) {
      String to = NAMES[random.nextInt(NAMES.length)];
      if (!to.equals(name)) {
        log.add("rename " + name + " " + to);
        changeNames(Map.of(to, file), name);
        t.fs().rename("/" + name, "/" + to);
      }
    } else {
      try (DaxFile open = t.fs().open("/" + name, OpenMode.READ, OpenMode.WRITE)) {
        change(name, file, open, kind);
      }
    }
  }

  private void changeNames(Map<String, LossFile> added, String removed) {
    if (removed != null) {
      files.remove(removed);
    }
    files.putAll(added);
    candidates.add(new TreeMap<>(files));
  }

  private void change(String name, LossFile file, DaxFile open, int kind) throws IOException {
    int at = random.nextInt(4) == 0 ? file.size() : random.nextInt(LossFile.LIMIT / 2);
    at = Math.min(at, LossFile.LIMIT - 1);
    int length = 1 + random.nextInt(Math.min(10_000, LossFile.LIMIT - at));
    byte[] bytes = TestFs.bytes(length, 1 + random.nextInt(255));
    if (kind < 12) {
      log.add("write " + name + " " + at + " +" + length);
      file.writing(at, bytes);
      open.write(at, MemorySegment.ofArray(bytes));
      file.wrote(at, bytes);
    } else if (kind < 20) {
      store(name, file, open, at, bytes);
    } else if (kind < 26) {
      log.add("fsync " + name);
      open.fsync();
      file.synced();
    } else if (kind < 30) {
      int size = random.nextInt(3) == 0 ? 0 : random.nextInt(LossFile.LIMIT / 2);
      log.add("truncate " + name + " " + size + " from " + file.size());
      file.resizing(size);
      open.truncate(size);
      file.resized(size);
    } else if (kind < 34) {
      log.add("punch " + name + " " + at + " +" + length);
      file.zeroing(at, length);
      open.punchHole(at, length);
      file.zeroed(at, length);
    } else if (kind < 36) {
      log.add("zeroRange " + name + " " + at + " +" + length);
      file.zeroing(at, length);
      open.zeroRange(at, length, true);
      file.zeroed(at, length);
    } else {
      grow(name, file, open, at + length);
    }
  }

  private void store(String name, LossFile file, DaxFile open, int at, byte[] bytes)
      throws IOException {
    int length = Math.min(bytes.length, file.size() - at);
    if (length <= 0) {
      return;
    }
    byte[] stored = java.util.Arrays.copyOf(bytes, length);
    log.add("store " + name + " " + at + " +" + length);
    try (DaxMapping m = open.map(0, LossFile.LIMIT)) {
      file.writing(at, stored);
      m.copyFrom(at, MemorySegment.ofArray(stored), 0, length);
      file.wrote(at, stored);
      if (random.nextInt(4) == 0) {
        log.add("force " + name);
        m.force();
        file.synced();
      }
    }
  }

  private void grow(String name, LossFile file, DaxFile open, int end) throws IOException {
    log.add("allocate " + name + " 0 +" + end);
    if (end <= file.size()) {
      open.allocate(0, end, false);
      return;
    }
    file.resizing(end);
    open.allocate(0, end, false);
    file.resized(end);
  }
}
