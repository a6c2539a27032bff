package io.jdax.fs;

import static io.jdax.fs.Modes.RW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.facts.DirectoryEntry;
import io.jdax.fs.facts.Quota;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Questions about names in one thread, while another changes what they are about. */
class LookupsAgainstChangesTest {
  /** What is done again and again; it is told how often it was. */
  private interface Step {
    void run(int i) throws IOException;
  }

  /** Asks until all changes are made, and at least once. */
  private static void race(int changes, Step change, Step ask) throws Exception {
    try (ExecutorService pool = Executors.newSingleThreadExecutor()) {
      CountDownLatch begun = new CountDownLatch(1);
      Future<?> changing =
          pool.submit(
              () -> {
                begun.await();
                for (int i = 0; i < changes; i++) {
                  change.run(i);
                }
                return null;
              });
      try {
        begun.countDown();
        int asked = 0;
        do {
          ask.run(asked++);
        } while (!changing.isDone());
      } finally {
        pool.shutdown();
      }
      changing.get(60, TimeUnit.SECONDS);
    }
  }

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  @Test
  @DisplayName("An attribute that is replaced is read as it was or as it is, never half of each")
  void attributes() throws Exception {
    try (FsFixture fixture = new FsFixture(16 << 20)) {
      DaxFileSystem fs = fixture.fs;
      fs.open("/f", RW).close();
      byte[][] values = {filled(20_000, 1), filled(20_000, 2), filled(7_000, 3)};
      fs.setAttribute("/f", "a", values[0]);
      race(
          600,
          i -> fs.setAttribute("/f", "a", values[i % 3]),
          i -> {
            byte[] got = fs.attribute("/f", "a");
            assertTrue(Arrays.stream(values).anyMatch(v -> Arrays.equals(v, got)));
            assertEquals(List.of("a"), fs.attributes("/f"));
          });
    }
  }

  @Test
  @DisplayName("An attribute of a file that is replaced by another with the same is always there")
  void attributesOfReplacedFiles() throws Exception {
    try (FsFixture fixture = new FsFixture(16 << 20)) {
      DaxFileSystem fs = fixture.fs;
      fs.open("/f", RW).close();
      fs.setAttribute("/f", "a", new byte[10]);
      race(
          600,
          i -> {
            fs.open("/t", RW).close();
            fs.setAttribute("/t", "a", new byte[10]);
            fs.rename("/t", "/f");
          },
          i -> assertNotNull(fs.attribute("/f", "a")));
    }
  }

  @Test
  @DisplayName("A symbolic link that is replaced says what it said or says, and is followed there")
  void symbolicLinks() throws Exception {
    try (FsFixture fixture = new FsFixture(16 << 20)) {
      DaxFileSystem fs = fixture.fs;
      String[] targets = {"a".repeat(3000), "b".repeat(4000)};
      for (String v : List.of("/v1", "/v2")) {
        fs.createDirectory(v);
        fs.open(v + "/f", RW).close();
      }
      fs.symlink("v1", "/current");
      fs.symlink(targets[0], "/long");
      race(
          600,
          i -> {
            fs.symlink("v" + (1 + i % 2), "/next");
            fs.rename("/next", "/current");
            fs.symlink(targets[i % 2], "/next");
            fs.rename("/next", "/long");
          },
          i -> {
            assertTrue(List.of(targets).contains(fs.readSymlink("/long")));
            fs.stat("/current/f");
            assertTrue(fs.exists("/current/f"));
            fs.open("/current/f").close();
          });
    }
  }

  @Test
  @DisplayName("A directory that comes and goes is there or not, and nothing is called damaged")
  void directories() throws Exception {
    try (FsFixture fixture = new FsFixture(16 << 20)) {
      DaxFileSystem fs = fixture.fs;
      fs.createDirectory("/q");
      fs.setQuota("/q", new Quota(1 << 20, 100));
      fs.createDirectory("/q/d");
      race(
          600,
          i -> {
            fs.removeDirectory("/q/d");
            fs.createDirectory("/q/d");
            fs.open("/q/f", RW).close();
            fs.unlink("/q/f");
          },
          i -> {
            fs.exists("/q/d/../f");
            assertEquals(1, fs.quotas().size());
            assertEquals("/q", fs.quotas().getFirst().directory());
            for (String path : List.of("/q/d/..", "/q/f", "/q/d")) {
              try {
                fs.stat(path);
                assertNotNull(fs.quota(path));
              } catch (NoSuchFileException e) {
                assertEquals(path, e.getFile()); // it was away
              }
            }
          });
    }
  }

  @Test
  @DisplayName(
      "The time of modification that stat tells never goes back while it moves to the tree")
  void times() throws Exception {
    try (FsFixture fixture = new FsFixture(16 << 20)) {
      DaxFileSystem fs = fixture.fs;
      try (DaxFile file = fs.open("/f", RW)) {
        Instant[] last = {Instant.MIN};
        race(
            3000,
            i -> {
              file.write(0, FsFixture.bytes(8, i));
              fs.sync();
            },
            i -> {
              Instant now = (i % 2 == 0 ? file.stat() : fs.stat("/f")).modified();
              assertTrue(!now.isBefore(last[0]), () -> now + " after " + last[0]);
              last[0] = now;
            });
      }
    }
  }

  @Test
  @DisplayName(
      "A directory is listed with each name that stays exactly once, whatever comes and goes")
  void listing() throws Exception {
    try (FsFixture fixture = new FsFixture(16 << 20)) {
      DaxFileSystem fs = fixture.fs;
      Set<String> stay = new HashSet<>();
      for (int i = 0; i < 100; i++) {
        fs.open("/stays" + i, RW).close();
        stay.add("stays" + i);
      }
      race(
          600,
          i -> {
            fs.open("/comes" + i % 40, RW).close();
            fs.rename("/comes" + i % 40, "/goes" + i % 30);
            if (i % 3 == 0) {
              fs.unlink("/goes" + i % 30);
            }
          },
          i -> {
            List<String> names =
                new ArrayList<>(fs.list("/").toList().stream().map(DirectoryEntry::name).toList());
            assertEquals(names.size(), new HashSet<>(names).size());
            names.removeIf(name -> !name.startsWith("stays"));
            assertEquals(stay, new HashSet<>(names));
          });
    }
  }
}
