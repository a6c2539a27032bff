package io.jdax.tests.crash;

import static io.jdax.tests.crash.FsRun.PAGE;

import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** One operation each, on the files of {@link FsRun#populate}, and what goes before it. */
final class Workloads {
  /** What is explored. */
  interface Workload {
    /** Before anything is explored. */
    default void prepare(FsRun run) throws IOException {}

    void run(FsRun run) throws IOException;
  }

  static final Map<String, Workload> SINGLE = new LinkedHashMap<>();

  static {
    SINGLE.put("store-persist", r -> r.storePersist("/a", 1000, 300, false));
    SINGLE.put("store-pages", r -> r.storePersist("/a", 4000, 5000, false));
    SINGLE.put("store-word", r -> r.storePersist("/a", 4096, 8, false));
    SINGLE.put(
        "store-fsync",
        r -> {
          r.store("/a", 500, 200, false);
          r.fsync("/a");
        });
    SINGLE.put("store-lost", r -> r.store("/a", 64, 900, false));
    SINGLE.put("mkwrite-hole", r -> r.storePersist("/d/c", 100, 300, false));
    SINGLE.put("mkwrite-holes", r -> r.storePersist("/d/c", 4000, 500, false));
    SINGLE.put("mkwrite-sync", r -> r.storePersist("/d/c", 100, 8, true));
    SINGLE.put(
        "mkwrite-unwritten",
        r -> {
          r.allocate("/b", 0, 4 * PAGE, false);
          r.storePersist("/b", 2 * PAGE + 8, 100, false);
        });
    SINGLE.put("truncate-down", r -> r.truncate("/a", PAGE + 7));
    SINGLE.put("truncate-zero", r -> r.truncate("/a", 0));
    SINGLE.put("truncate-up", r -> r.truncate("/b", 3 * PAGE));
    SINGLE.put(
        "truncate-down-up",
        r -> {
          r.truncate("/a", 10);
          r.truncate("/a", 2 * PAGE);
        });
    SINGLE.put(
        "truncate-tail",
        r -> {
          r.store("/b", 3000, 200, false);
          r.truncate("/b", 5000);
        });
    SINGLE.put("punch", r -> r.punch("/a", PAGE, PAGE));
    SINGLE.put("punch-edges", r -> r.punch("/a", 100, 2 * PAGE + 300));
    SINGLE.put(
        "punch-store",
        r -> {
          r.punch("/a", 0, 2 * PAGE);
          r.storePersist("/a", 5000, 64, false);
        });
    SINGLE.put("zero-range", r -> r.zeroRange("/a", 0, 2 * PAGE));
    SINGLE.put("zero-edges", r -> r.zeroRange("/a", 100, PAGE * 2));
    SINGLE.put(
        "zero-store",
        r -> {
          r.zeroRange("/a", 0, 2 * PAGE);
          r.storePersist("/a", 8, 64, false);
        });
    SINGLE.put("allocate", r -> r.allocate("/d/c", 0, 4 * PAGE, false));
    SINGLE.put("allocate-keep", r -> r.allocate("/b", 0, 4 * PAGE, true));
    SINGLE.put("write", r -> r.write("/a", 1000, 200));
    SINGLE.put(
        "write-extents",
        r -> {
          r.punch("/a", PAGE, PAGE);
          r.write("/a", 3000, 7000);
        });
    SINGLE.put(
        "write-sync",
        r -> {
          r.write("/b", 1000, 9000);
          r.fsync("/b");
        });
    SINGLE.put("write-dsync", r -> r.write("/b", 1000, 3000, true));
    SINGLE.put(
        "write-unwritten",
        r -> {
          r.allocate("/b", 0, 3 * PAGE, false);
          r.write("/b", 5000, 2000, true);
        });
    SINGLE.put(
        "append",
        r -> {
          r.append("/b", 3000);
          r.fsync("/b");
        });
    SINGLE.put(
        "append-lost",
        r -> {
          r.append("/b", 3000);
          r.append("/b", 100);
        });
    SINGLE.put("create", r -> r.create("/new"));
    SINGLE.put("mkdir", r -> r.mkdir("/e"));
    SINGLE.put(
        "rmdir",
        r -> {
          r.mkdir("/e");
          r.rmdir("/e");
        });
    SINGLE.put(
        "unlink",
        r -> {
          r.close("/a");
          r.unlink("/a");
        });
    SINGLE.put(
        "unlink-open",
        r -> {
          r.unlink("/a");
          r.closeOrphans();
        });
    SINGLE.put(
        "unlink-reuse",
        r -> {
          r.unlink("/a");
          r.closeOrphans();
          r.write("/b", 0, 5 * PAGE, true);
        });
    SINGLE.put("rename", r -> r.rename("/a", "/d/z"));
    SINGLE.put(
        "rename-over",
        r -> {
          r.rename("/a", "/b");
          r.closeOrphans();
        });
    SINGLE.put(
        "link",
        r -> {
          r.link("/a", "/d/l");
          r.unlink("/a");
        });
    SINGLE.put("symlink", r -> r.symlink("d/c", "/s"));
    SINGLE.put(
        "symlink-long",
        r -> {
          r.symlink("x/".repeat(900), "/s");
          r.unlink("/s");
        });
    SINGLE.put("attribute-set", r -> r.setAttribute("/b", "user.n", 20));
    SINGLE.put("attribute-long", r -> r.setAttribute("/b", "user.n", 9000));
    SINGLE.put("attribute-replace", r -> r.setAttribute("/a", "user.x", 3000));
    SINGLE.put("attribute-remove", r -> r.removeAttribute("/a", "user.x"));
    SINGLE.put("chmod", r -> r.setPermissions("/a", 0600));
    SINGLE.put("chown", r -> r.setOwner("/a", 7, 8));
    SINGLE.put(
        "utimes",
        r -> {
          r.store("/a", 8, 8, false);
          r.setTimes("/a", Instant.ofEpochSecond(-5, 7), Instant.ofEpochSecond(99, 1));
          r.fsync("/a");
          r.remount();
        });
    SINGLE.put(
        "quota",
        r -> {
          r.setQuota("/d");
          r.create("/d/n");
          r.write("/d/n", 0, 2 * PAGE);
          r.unlink("/d/c");
          r.closeOrphans();
          r.sync();
          r.clearQuota("/d");
        });
    SINGLE.put(
        "remount",
        r -> {
          r.write("/b", 100, 5000);
          r.store("/a", 8, 8, false);
          r.remount();
        });
    SINGLE.put("pin-store", r -> r.storePinned("/a", 100, 900, false));
    SINGLE.put("pin-holes", r -> r.storePinned("/d/c", 3000, 6000, true));
    SINGLE.put(
        "hint",
        r -> {
          r.setExtentSizeHint("/b", 4 * PAGE);
          r.write("/b", 5 * PAGE + 100, 300);
          r.storePersist("/b", 3 * PAGE, 64, false);
          r.fsync("/b");
        });
    SINGLE.put(
        "hint-append", // with the rest of a window ahead
        r -> {
          r.setExtentSizeHint("/b", 2 * PAGE);
          for (int i = 0; i < 4; i++) {
            r.append("/b", PAGE);
            r.append("/d/c", PAGE / 2);
          }
          r.fsync("/b");
          r.truncate("/b", 2 * PAGE + 100);
          r.append("/b", PAGE);
          r.remount();
        });
    SINGLE.put("format", FsRun::reformat);
  }

  private Workloads() {}

  /** Two operations, one after the other: the n-th way. */
  static Workload pair(int n) {
    return new RandomWorkload(~n * 0x9E3779B97F4A7C15L, 2);
  }
}
