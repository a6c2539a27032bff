package io.jdax.fs;

import static io.jdax.Sizes.PAGE;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.WholeFs.Facts;
import io.jdax.fs.WholeFs.Name;
import io.jdax.fs.check.CheckReport;
import io.jdax.fs.check.Defect;
import io.jdax.fs.check.DefectCode;
import io.jdax.fs.check.FileSystemCheck;
import io.jdax.fs.facts.FileType;
import io.jdax.fs.facts.OpenMode;
import io.jdax.fs.format.AttributeRecord;
import io.jdax.fs.format.DirentRecord;
import io.jdax.fs.format.ExtentRecord;
import io.jdax.fs.format.Keys;
import io.jdax.fs.tree.Item;
import io.jdax.fs.tree.ItemKey;
import io.jdax.fs.tree.TreeSurvey;
import io.jdax.fs.tree.TreeSurvey.BadNode;
import io.jdax.fs.tree.TreeVandal;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A node that can't be read costs what lies below it, and nothing else")
class LostSubtreeTest {
  private static final String LOST_AND_FOUND = "lost+found";

  private static final Pattern LIST = Pattern.compile("; lost: from (.+) to (?:before )?(.+)$");

  private final long seed = Long.getLong("jdax.test.seed", System.nanoTime());
  private final SplittableRandom random = new SplittableRandom(seed);
  private int tags;

  @ParameterizedTest
  @ValueSource(ints = {500, 4000})
  @DisplayName("The repair of an unreadable node, at each level of trees of two and three levels")
  void unreadable(int files) throws IOException {
    System.out.println("seed " + seed);
    try (Region pristine = Region.anonymous("whole", (4096L + files * 4L) * PAGE)) {
      WholeFs before = fill(device(pristine), files);
      int rootLevel = TreeVandal.rootLevel(pristine);
      assertTrue(rootLevel >= (files > 1000 ? 2 : 1), "levels: " + rootLevel);
      for (int level = 0; level < rootLevel; level++) {
        List<Long> nodes = TreeVandal.nodes(pristine, level);
        Set<Long> chosen = new HashSet<>(List.of(nodes.getFirst(), nodes.getLast()));
        chosen.add(nodes.get(random.nextInt(nodes.size())));
        for (long node : chosen) {
          new Loss(pristine, before, node, level).run();
        }
      }
      root(pristine, TreeVandal.nodes(pristine, rootLevel).getFirst());
    }
  }

  private static PmemBlockDevice device(Region region) throws IOException {
    return PmemBlockDevice.of(region, Persister.of(region), PAGE);
  }

  // ---------------------------------------------------------------- what there is

  /** Half of the files in one directory; holes, links, attributes that span nodes. */
  private WholeFs fill(PmemBlockDevice device, int files) throws IOException {
    DaxFileSystem.format(device, "lost");
    try (DaxFileSystem fs = DaxFileSystem.mount(device, 1)) {
      fs.createDirectory("/big");
      for (int d = 0; d < 20; d++) {
        fs.createDirectory("/d" + d);
        fs.createDirectory("/d" + d + "/sub");
      }
      for (int i = 0; i < files; i++) {
        String path = (i % 2 == 0 ? "/big" : "/d" + i % 20 + (i % 3 == 0 ? "/sub" : "")) + "/f" + i;
        file(fs, path, i);
        if (i % 50 == 7) {
          fs.link(path, "/big/link" + i);
          fs.symlink("x/".repeat(1 + random.nextInt(900)), "/big/symlink" + i);
        }
        if (i % 40 == 3) {
          fs.setAttribute(path, "user.long", bytes(random.nextInt(20_000)));
          fs.setAttribute(path, "user.short", bytes(20));
        }
      }
    }
    // Both superblocks show one tree then: there is no commit to go back to.
    try (DaxFileSystem fs = DaxFileSystem.mount(device, 1)) {
      return WholeFs.of(fs);
    }
  }

  private void file(DaxFileSystem fs, String path, int i) throws IOException {
    try (DaxFile file = fs.open(path, OpenMode.WRITE, OpenMode.CREATE_NEW)) {
      for (int page = 0; i % 3 == 0 && page < 1 + i % 5; page++) {
        file.write(2L * page * PAGE, MemorySegment.ofArray(bytes(PAGE)));
      }
      if (i % 997 == 0) { // its extents fill leaves
        for (int page = 20; page < 420; page++) {
          file.write(2L * page * PAGE, MemorySegment.ofArray(bytes(10)));
        }
      }
      file.fsync();
    }
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new SplittableRandom(++tags).nextBytes(bytes);
    return bytes;
  }

  // ---------------------------------------------------------------- what is lost

  /** Nothing is reached without the root. */
  private void root(Region pristine, long root) throws IOException {
    try (Region region = copy(pristine);
        PmemBlockDevice device = device(region)) {
      BadPage.in(region, root);
      CheckReport report = FileSystemCheck.repair(device);
      assertEquals(DefectCode.ND7, report.defects().getFirst().code());
      assertFalse(report.isRepairable());
    }
  }

  private static Region copy(Region pristine) throws IOException {
    Region region = Region.anonymous("lost", pristine.sizeBytes());
    region.segment().copyFrom(pristine.segment());
    return region;
  }

  /** One node that can't be read, and what follows from that. */
  private final class Loss {
    private final Region pristine;
    private final WholeFs before;
    private final long node;
    private final int level;
    private final String title;
    private final Set<ItemKey> lost;
    private final TreeMap<ItemKey, byte[]> items;

    Loss(Region pristine, WholeFs before, long node, int level) throws IOException {
      this.pristine = pristine;
      this.before = before;
      this.node = node;
      this.level = level;
      this.title = "seed " + seed + ", node " + node + " of level " + level;
      this.lost = new HashSet<>(TreeVandal.keys(pristine, node, level));
      this.items = new TreeMap<>(TreeSurvey.of(pristine).items());
    }

    void run() throws IOException {
      try (Region region = copy(pristine);
          PmemBlockDevice device = device(region)) {
        BadPage page = BadPage.in(region, node);
        list(region);
        report(FileSystemCheck.repair(device));
        assertEquals(List.of(), FileSystemCheck.check(device).defects(), title);
        try (DaxFileSystem fs = DaxFileSystem.mount(device, 1)) {
          compare(WholeFs.of(fs)); // the page is still bad: nothing leads there
        }
        page.replace();
        try (DaxFileSystem fs = DaxFileSystem.mount(device, 1)) {
          for (int i = 0; i < 300; i++) {
            file(fs, "/more" + i, i);
          }
        }
        assertEquals(List.of(), FileSystemCheck.check(device).defects(), title);
      }
    }

    /** From the first key that is lost to before the first that is not. */
    private void list(Region region) throws IOException {
      TreeSurvey survey = TreeSurvey.of(region);
      assertEquals(1, survey.lostNodes().size(), title);
      BadNode bad = survey.lostNodes().getFirst();
      assertEquals(TreeSurvey.Fault.UNREADABLE, bad.fault(), title);
      assertEquals(node, bad.pfn(), title);
      assertEquals(level, bad.level(), title);
      Set<ItemKey> listed =
          bad.to() == null
              ? items.tailMap(bad.from(), true).keySet()
              : items.subMap(bad.from(), true, bad.to(), false).keySet();
      assertEquals(lost, new HashSet<>(listed), title);
      assertFalse(lost.isEmpty());
      Set<ItemKey> left = new HashSet<>(items.keySet());
      left.removeAll(lost);
      assertEquals(left, survey.items().keySet(), title);
    }

    private void report(CheckReport report) {
      List<Defect> nodes =
          report.defects().stream().filter(d -> d.code().name().startsWith("ND")).toList();
      assertEquals(1, nodes.size(), title);
      assertEquals(DefectCode.ND1, nodes.getFirst().code());
      assertEquals(node, nodes.getFirst().frame());
      Matcher list = LIST.matcher(nodes.getFirst().what());
      assertTrue(list.find(), nodes.getFirst().message());
      assertNotEquals(list.group(1), list.group(2), "from here to here");
    }

    // -------------------------------------------------------------- what must be left

    private void compare(WholeFs after) throws IOException {
      Map<Long, Facts> expected = new TreeMap<>();
      for (Map.Entry<Long, Facts> e : before.inodes.entrySet()) {
        Facts facts = left(e.getKey(), e.getValue());
        if (facts != null) {
          expected.put(e.getKey(), facts);
        }
      }
      Map<Name, Long> names = names(expected);
      Map<Name, Long> found = new HashMap<>(after.names);
      @Nullable Long shelter = found.remove(new Name(Keys.ROOT, LOST_AND_FOUND));
      Set<Long> nameless = new HashSet<>(expected.keySet());
      nameless.removeAll(names.values());
      nameless.remove(Keys.ROOT);
      assertEquals(!nameless.isEmpty(), shelter != null, title);
      for (long inode : nameless) {
        assertEquals(inode, found.remove(new Name(requireNonNull(shelter), "#" + inode)), title);
      }
      assertEquals(without(names, found), without(found, names), title);
      Map<Long, Facts> there = new TreeMap<>(after.inodes);
      if (shelter != null) {
        assertNull(expected.get(shelter), title);
        there.remove(shelter);
      }
      assertEquals(expected.keySet(), there.keySet(), title);
      expected.forEach((inode, facts) -> same(inode, facts, there.get(inode)));
    }

    /** What is to be read when the two are thousands of names. */
    private static Set<Map.Entry<Name, Long>> without(Map<Name, Long> all, Map<Name, Long> less) {
      Set<Map.Entry<Name, Long>> left = new HashSet<>(all.entrySet());
      left.removeAll(less.entrySet());
      return left;
    }

    private void same(long inode, Facts expected, @Nullable Facts found) {
      String what = title + ", inode " + inode;
      assertNotNull(found, what);
      assertEquals(expected.type(), found.type(), what);
      assertEquals(expected.permissions(), found.permissions(), what);
      assertEquals(expected.target(), found.target(), what);
      assertEquals(expected.values(), found.values(), what);
      assertArrayEquals(expected.content(), found.content(), what);
    }

    private Map<Name, Long> names(Map<Long, Facts> expected) throws IOException {
      Map<Name, Long> names = new HashMap<>();
      for (Map.Entry<ItemKey, byte[]> item : items.entrySet()) {
        if (Keys.kind(item.getKey().hi()) == Keys.DIRENT && !lost.contains(item.getKey())) {
          DirentRecord entry =
              DirentRecord.of(
                  "whole", Item.of(item.getKey().hi(), item.getKey().lo(), item.getValue()));
          long directory = Keys.inode(item.getKey().hi());
          if (expected.containsKey(entry.inode()) && expected.containsKey(directory)) {
            names.put(new Name(directory, entry.nameString()), entry.inode());
          }
        }
      }
      return names;
    }

    /** What there must be of an inode; null: it is gone. */
    private @Nullable Facts left(long inode, Facts was) {
      ItemKey record = new ItemKey(Keys.hi(inode, Keys.INODE), 0);
      boolean known = !lost.contains(record);
      boolean gone =
          was.type() == FileType.SYMLINK
              ? target(inode, was.target()).isEmpty() // a link without a target can't be
              : !known && kept(inode, content(was.type())).isEmpty();
      if (gone && inode != Keys.ROOT) {
        return null;
      }
      int permissions = was.permissions();
      if (!known) {
        permissions = inode == Keys.ROOT ? 0755 : was.type() == FileType.DIRECTORY ? 0700 : 0600;
      }
      return new Facts(
          was.type(),
          permissions,
          target(inode, was.target()),
          bytes(inode, was.content(), known),
          values(inode, was.values()));
    }

    private static int content(FileType type) {
      return switch (type) {
        case REGULAR -> Keys.EXTENT;
        case DIRECTORY -> Keys.DIRENT;
        case SYMLINK -> Keys.SYMLINK;
      };
    }

    private List<ItemKey> all(long inode, int kind) {
      long hi = Keys.hi(inode, kind);
      return new ArrayList<>(
          items.subMap(new ItemKey(hi, 0), true, new ItemKey(hi, -1), true).keySet());
    }

    private byte[] value(ItemKey key) {
      return requireNonNull(items.get(key));
    }

    private List<ItemKey> kept(long inode, int kind) {
      List<ItemKey> kept = all(inode, kind);
      kept.removeAll(lost);
      return kept;
    }

    /** Up to the first piece that is lost. */
    private String target(long inode, String was) {
      int bytes = 0;
      for (ItemKey key : all(inode, Keys.SYMLINK)) {
        if (lost.contains(key)) {
          break;
        }
        bytes += value(key).length;
      }
      return was.substring(0, bytes);
    }

    private byte[] bytes(long inode, byte[] was, boolean known) {
      long size = 0;
      byte[] bytes = new byte[was.length + PAGE];
      for (ItemKey key : kept(inode, Keys.EXTENT)) {
        Item item = Item.of(key.hi(), key.lo(), value(key));
        long from = key.lo() * PAGE;
        size = from + ExtentRecord.count(item) * PAGE;
        int length = (int) (Math.min(size, was.length) - from);
        System.arraycopy(was, (int) from, bytes, (int) from, Math.max(0, length));
      }
      return java.util.Arrays.copyOf(bytes, known ? was.length : (int) size);
    }

    /** Attributes of which nothing is lost. */
    private Map<String, Integer> values(long inode, Map<String, Integer> was) {
      Map<String, Integer> values = new HashMap<>(was);
      Set<Long> hurt = new HashSet<>();
      for (ItemKey key : all(inode, Keys.XATTR)) {
        if (lost.contains(key)) {
          hurt.add(AttributeRecord.headOf(key.lo()));
        }
      }
      for (ItemKey key : all(inode, Keys.XATTR)) {
        if (AttributeRecord.isHead(key.lo()) && hurt.contains(key.lo())) {
          byte[] head = value(key);
          values.remove(
              new String(AttributeRecord.name(head), java.nio.charset.StandardCharsets.UTF_8));
        }
      }
      return values;
    }
  }
}
