package io.jdax.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.check.HashedCheck;
import io.jdax.fs.facts.DirectoryEntry;
import io.jdax.fs.facts.MountOptions;
import io.jdax.fs.facts.OpenMode;
import io.jdax.fs.format.DirentKeys;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that all have one hash: zero, some, and the one whose bucket ends where keys do. */
class NameBucketTest {
  private static final int NAMES = 20;

  private interface Body {
    void run(DaxFileSystem fs) throws IOException;
  }

  /** Runs both after each other, with a check behind each. */
  private static void on(long hash, Body first, Body second) throws IOException {
    try (Region region = Region.anonymous("buckets", 4 << 20);
        PmemBlockDevice device = PmemBlockDevice.of(region, Persister.of(region), 4096)) {
      DaxFileSystem.format(device, "test");
      for (Body body : List.of(first, second)) {
        try (DaxFileSystem fs =
            DaxFileSystem.mount(device, MountOptions.DEFAULTS, uuid -> name -> hash)) {
          body.run(fs);
        }
        assertEquals(List.of(), HashedCheck.check(device, name -> hash).defects());
      }
    }
  }

  private static void make(DaxFileSystem fs, String path) throws IOException {
    fs.open(path, OpenMode.WRITE, OpenMode.CREATE_NEW).close();
  }

  private static void assertNames(DaxFileSystem fs, SortedSet<String> expected) throws IOException {
    List<String> found = new ArrayList<>();
    for (DirectoryEntry e : fs.list("/").toList()) {
      found.add(e.name());
      assertEquals(e.inode(), fs.stat(e.name()).inode(), e.name());
    }
    assertEquals(List.copyOf(expected), found.stream().sorted().toList());
    for (int i = 0; i < NAMES; i++) {
      assertEquals(expected.contains("n" + (100 + i)), fs.exists("n" + (100 + i)));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 0x0123456789abcdefL, -1})
  @DisplayName(
      "Twenty names of one hash are all found and listed once, also when some of their middle are"
          + " gone and others come")
  void twentyNamesOfOneHash(long hash) throws IOException {
    TreeSet<String> names = new TreeSet<>();
    on(
        hash,
        fs -> {
          for (int i = 0; i < NAMES; i++) {
            make(fs, "n" + (100 + i));
            names.add("n" + (100 + i));
          }
          assertNames(fs, names);
          assertThrows(NoSuchFileException.class, () -> fs.stat("absent"));
          for (int i : new int[] {3, 7, 8, 9, 19, 0}) {
            fs.unlink("n" + (100 + i));
            names.remove("n" + (100 + i));
            assertNames(fs, names);
          }
        },
        fs -> {
          assertNames(fs, names);
          fs.rename("n105", "n118"); // both of the bucket: in the place of what was there
          names.remove("n105");
          make(fs, "n103");
          names.add("n103");
          assertNames(fs, names);
        });
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 0x0123456789abcdefL, -1})
  @DisplayName(
      "A full bucket refuses one name more and says why, changes nothing by it, and finds all it"
          + " has")
  void aFullBucket(long hash) throws IOException {
    on(
        hash,
        fs -> {
          for (int i = 0; i < DirentKeys.BUCKET; i++) {
            make(fs, "f" + i);
          }
          FileSystemException e =
              assertThrows(FileSystemException.class, () -> make(fs, "one-more"));
          assertTrue(e.getReason().contains("one hash"), e.getMessage());
          assertThrows(FileSystemException.class, () -> fs.createDirectory("one-more"));
          assertThrows(FileSystemException.class, () -> fs.link("f3", "one-more"));
          assertFalse(fs.exists("one-more"));
          assertEquals(1, fs.stat("f3").links());
          assertEquals(DirentKeys.BUCKET + 1, fs.statfs().inodes());
        },
        fs -> {
          for (int i = 0; i < DirentKeys.BUCKET; i++) {
            assertTrue(fs.exists("f" + i));
          }
          fs.unlink("f11");
          make(fs, "one-more");
          assertTrue(fs.exists("one-more"));
        });
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 0x0123456789abcdefL, -1})
  @DisplayName("Eight attributes of one hash keep their values, and a ninth is refused")
  void attributesOfOneHash(long hash) throws IOException {
    on(
        hash,
        fs -> {
          make(fs, "f");
          for (int i = 0; i < 8; i++) {
            fs.setAttribute("f", "a" + i, new byte[1000 * i]);
          }
          FileSystemException e =
              assertThrows(
                  FileSystemException.class, () -> fs.setAttribute("f", "ninth", new byte[1]));
          assertTrue(e.getReason().contains("one hash"), e.getMessage());
          assertNull(fs.attribute("f", "ninth"));
          fs.removeAttribute("f", "a3");
          fs.setAttribute("f", "a6", new byte[] {6});
        },
        fs -> {
          for (int i = 0; i < 8; i++) {
            byte[] value = fs.attribute("f", "a" + i);
            if (i == 3) {
              assertNull(value);
            } else {
              assertArrayEquals(i == 6 ? new byte[] {6} : new byte[1000 * i], value);
            }
          }
          assertEquals(7, fs.attributes("f").size());
          fs.setAttribute("f", "a3", new byte[5]);
          assertEquals(8, fs.attributes("f").size());
        });
  }
}
