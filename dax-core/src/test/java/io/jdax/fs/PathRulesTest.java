package io.jdax.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jdax.fs.facts.DirectoryEntry;
import io.jdax.fs.facts.FileStat;
import io.jdax.fs.facts.FileType;
import io.jdax.fs.facts.OpenMode;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What every operation makes of slashes, dots, links and loops. The tables are the answers of Linux
 * 6.18 (tmpfs, in a chroot), by the names of its errors; {@code full} is ENOTEMPTY, {@code long}
 * ENAMETOOLONG. LONG is a name of 256 bytes.
 */
class PathRulesTest {
  private static final OpenMode[] RW = {OpenMode.READ, OpenMode.WRITE};

  private static final String ONE_PATH =
      """
      path        stat     lstat    readlink list     chmod    open     nofollow create   excl     mkdir    symlink  linkto   linkof   unlink   rmdir
      /           ok       ok       inval    ok       ok       isdir    isdir    isdir    exist    exist    exist    exist    perm     isdir    busy
      .           ok       ok       inval    ok       ok       isdir    isdir    isdir    exist    exist    exist    exist    perm     isdir    inval
      ..          ok       ok       inval    ok       ok       isdir    isdir    isdir    exist    exist    exist    exist    perm     isdir    full
      /new        noent    noent    noent    noent    noent    noent    noent    ok       ok       ok       ok       ok       noent    noent    noent
      /new/       noent    noent    noent    noent    noent    noent    noent    isdir    isdir    ok       noent    noent    noent    noent    noent
      /new/.      noent    noent    noent    noent    noent    noent    noent    noent    noent    noent    noent    noent    noent    noent    noent
      /none/x     noent    noent    noent    noent    noent    noent    noent    noent    noent    noent    noent    noent    noent    noent    noent
      /file       ok       ok       inval    notdir   ok       ok       ok       ok       exist    exist    exist    exist    ok       ok       notdir
      /file/      notdir   notdir   notdir   notdir   notdir   notdir   notdir   isdir    isdir    exist    exist    exist    notdir   notdir   notdir
      /file/.     notdir   notdir   notdir   notdir   notdir   notdir   notdir   notdir   notdir   notdir   notdir   notdir   notdir   notdir   notdir
      /file/..    notdir   notdir   notdir   notdir   notdir   notdir   notdir   notdir   notdir   notdir   notdir   notdir   notdir   notdir   notdir
      /file/x     notdir   notdir   notdir   notdir   notdir   notdir   notdir   notdir   notdir   notdir   notdir   notdir   notdir   notdir   notdir
      /dir        ok       ok       inval    ok       ok       isdir    isdir    isdir    exist    exist    exist    exist    perm     isdir    full
      /dir/       ok       ok       inval    ok       ok       isdir    isdir    isdir    isdir    exist    exist    exist    perm     isdir    full
      /dir/.      ok       ok       inval    ok       ok       isdir    isdir    isdir    exist    exist    exist    exist    perm     isdir    inval
      /dir/..     ok       ok       inval    ok       ok       isdir    isdir    isdir    exist    exist    exist    exist    perm     isdir    full
      /dir/f/     notdir   notdir   notdir   notdir   notdir   notdir   notdir   isdir    isdir    exist    exist    exist    notdir   notdir   notdir
      //dir//f    ok       ok       inval    notdir   ok       ok       ok       ok       exist    exist    exist    exist    ok       ok       notdir
      /dir/sub/.. ok       ok       inval    ok       ok       isdir    isdir    isdir    exist    exist    exist    exist    perm     isdir    full
      /empty      ok       ok       inval    ok       ok       isdir    isdir    isdir    exist    exist    exist    exist    perm     isdir    ok
      /empty/     ok       ok       inval    ok       ok       isdir    isdir    isdir    isdir    exist    exist    exist    perm     isdir    ok
      /ldir       ok       ok       ok       ok       ok       isdir    loop     isdir    exist    exist    exist    exist    ok       ok       notdir
      /ldir/      ok       ok       inval    ok       ok       isdir    isdir    isdir    isdir    exist    exist    exist    perm     notdir   notdir
      /ldir/.     ok       ok       inval    ok       ok       isdir    isdir    isdir    exist    exist    exist    exist    perm     isdir    inval
      /ldir/f     ok       ok       inval    notdir   ok       ok       ok       ok       exist    exist    exist    exist    ok       ok       notdir
      /ldirs      ok       ok       ok       ok       ok       isdir    loop     isdir    exist    exist    exist    exist    ok       ok       notdir
      /lfile      ok       ok       ok       notdir   ok       ok       loop     ok       exist    exist    exist    exist    ok       ok       notdir
      /lfile/     notdir   notdir   notdir   notdir   notdir   notdir   notdir   isdir    isdir    exist    exist    exist    notdir   notdir   notdir
      /lfiles     notdir   ok       ok       notdir   notdir   notdir   loop     isdir    exist    exist    exist    exist    ok       ok       notdir
      /lnone      noent    ok       ok       noent    noent    noent    loop     ok       exist    exist    exist    exist    ok       ok       notdir
      /lnone/     noent    noent    noent    noent    noent    noent    noent    isdir    isdir    exist    exist    exist    noent    notdir   notdir
      /lnone/x    noent    noent    noent    noent    noent    noent    noent    noent    noent    noent    noent    noent    noent    noent    noent
      /lslash     noent    ok       ok       noent    noent    noent    loop     isdir    exist    exist    exist    exist    ok       ok       notdir
      /ldot       ok       ok       ok       ok       ok       isdir    loop     isdir    exist    exist    exist    exist    ok       ok       notdir
      /ldot/      ok       ok       inval    ok       ok       isdir    isdir    isdir    isdir    exist    exist    exist    perm     notdir   notdir
      /loop       loop     ok       ok       loop     loop     loop     loop     loop     exist    exist    exist    exist    ok       ok       notdir
      /loop/      loop     loop     loop     loop     loop     loop     loop     isdir    isdir    exist    exist    exist    loop     notdir   notdir
      /loop/x     loop     loop     loop     loop     loop     loop     loop     loop     loop     loop     loop     loop     loop     loop     loop
      /l40        ok       ok       ok       notdir   ok       ok       loop     ok       exist    exist    exist    exist    ok       ok       notdir
      /l41        loop     ok       ok       loop     loop     loop     loop     loop     exist    exist    exist    exist    ok       ok       notdir
      LONG        long     long     long     long     long     long     long     long     long     long     long     long     long     long     long
      /file/LONG  notdir   notdir   notdir   notdir   notdir   notdir   notdir   notdir   notdir   notdir   notdir   notdir   notdir   notdir   notdir
      /none/LONG  noent    noent    noent    noent    noent    noent    noent    noent    noent    noent    noent    noent    noent    noent    noent
      """;

  /** rename: from the first column to the names in the first row. */
  private static final String TWO_PATHS =
      """
      from      /         /dir/..   /new      /new/     /file     /file/    /dir      /dir/     /dir/sub/x /empty/   /ldir     /ldir/    /loop/x   /none/x   LONG
      /         busy      busy      busy      busy      busy      busy      busy      busy      busy      busy      busy      busy      loop      noent     busy
      /dir/.    busy      busy      busy      busy      busy      busy      busy      busy      busy      busy      busy      busy      loop      noent     busy
      /none     busy      busy      noent     noent     noent     noent     noent     noent     noent     noent     noent     noent     loop      noent     noent
      /none/    busy      busy      noent     noent     noent     noent     noent     noent     noent     noent     noent     noent     loop      noent     noent
      /file     busy      busy      ok        notdir    ok        notdir    isdir     notdir    ok        notdir    ok        notdir    loop      noent     long
      /file/    busy      busy      notdir    notdir    notdir    notdir    notdir    notdir    notdir    notdir    notdir    notdir    loop      noent     long
      /lfile    busy      busy      ok        notdir    ok        notdir    isdir     notdir    ok        notdir    ok        notdir    loop      noent     long
      /ldir     busy      busy      ok        notdir    ok        notdir    isdir     notdir    ok        notdir    ok        notdir    loop      noent     long
      /ldir/    busy      busy      notdir    notdir    notdir    notdir    notdir    notdir    notdir    notdir    notdir    notdir    loop      noent     long
      /loop     busy      busy      ok        notdir    ok        notdir    isdir     notdir    ok        notdir    ok        notdir    loop      noent     long
      /dir      busy      busy      ok        ok        notdir    notdir    ok        ok        inval     ok        notdir    notdir    loop      noent     long
      /dir/     busy      busy      ok        ok        notdir    notdir    ok        ok        inval     ok        notdir    notdir    loop      noent     long
      /dir/sub  busy      busy      ok        ok        notdir    notdir    full      full      inval     ok        notdir    notdir    loop      noent     long
      /empty/   busy      busy      ok        ok        notdir    notdir    full      full      ok        ok        notdir    notdir    loop      noent     long
      /dir/f    busy      busy      ok        notdir    ok        notdir    full      notdir    ok        notdir    ok        notdir    loop      noent     long
      /lnone/   busy      busy      notdir    notdir    notdir    notdir    notdir    notdir    notdir    notdir    notdir    notdir    loop      noent     long
      LONG      busy      busy      long      long      long      long      long      long      long      long      long      long      loop      noent     long
      /file/x   notdir    notdir    notdir    notdir    notdir    notdir    notdir    notdir    notdir    notdir    notdir    notdir    notdir    notdir    notdir
      """;

  @Test
  @DisplayName(
      "Slashes, dots, links and loops in a path mean to every operation what they mean to Linux,"
          + " and a refusal changes nothing")
  void onePath() throws IOException {
    runTable(ONE_PATH, (fs, row, column) -> run(fs, column, row));
  }

  @Test
  @DisplayName("rename makes of both its paths what Linux does, and a refusal changes nothing")
  void twoPaths() throws IOException {
    runTable(TWO_PATHS, (fs, row, column) -> fs.rename(row, path(column)));
  }

  @Test
  @DisplayName("exists() says false, and throws nothing, where a path can't be followed to its end")
  void existsNeverThrows() throws IOException {
    try (FsFixture fixture = new FsFixture(4 << 20)) {
      DaxFileSystem fs = fixture.fs;
      setUp(fs);
      for (String path :
          List.of(
              "",
              "/loop",
              "/loop/",
              "/loop/x",
              "/l41",
              "/lnone",
              "/file/",
              "/file/x",
              "/lfiles",
              "/none/..",
              "x".repeat(256),
              "/\ud800",
              "/a\0b")) {
        assertEquals(false, fs.exists(path), path);
      }
      for (String path : List.of("/", ".", "/l40", "/ldir/", "/ldirs/f", "/dir/sub/../f")) {
        assertEquals(true, fs.exists(path), path);
      }
    }
  }

  private interface Cell {
    void run(DaxFileSystem fs, String row, String column) throws IOException;
  }

  /** Cells share a tree until one has changed it. */
  private static void runTable(String table, Cell cell) throws IOException {
    List<String[]> rows = table.lines().map(line -> line.trim().split(" +")).toList();
    for (String[] row : rows.subList(1, rows.size())) {
      assertEquals(rows.getFirst().length, row.length, row[0]);
    }
    FsFixture fixture = null;
    String before = "";
    try {
      for (String[] row : rows.subList(1, rows.size())) {
        for (int i = 1; i < row.length; i++) {
          if (fixture == null) {
            fixture = new FsFixture(4 << 20);
            setUp(fixture.fs);
            before = tree(fixture.fs, "");
          }
          String column = rows.getFirst()[i];
          long commit = fixture.fs.volume.tree.sequence();
          String got = outcome(fixture.fs, cell, path(row[0]), column);
          assertEquals(row[i], got, column + " of " + row[0]);
          if (fixture.fs.volume.tree.sequence() != commit) {
            assertEquals("ok", got, column + " of " + row[0] + " has changed something");
            fixture.close();
            fixture = null;
          }
        }
        if (fixture != null) {
          assertEquals(before, tree(fixture.fs, ""), row[0]);
        }
      }
    } finally {
      if (fixture != null) {
        fixture.close();
      }
    }
  }

  private static String path(String cell) {
    return cell.replace("LONG", "x".repeat(256));
  }

  private static void setUp(DaxFileSystem fs) throws IOException {
    fs.createDirectory("/dir");
    fs.createDirectory("/dir/sub");
    fs.createDirectory("/empty");
    make(fs, "/file");
    make(fs, "/dir/f");
    fs.symlink("dir", "/ldir");
    fs.symlink("file", "/lfile");
    fs.symlink("none", "/lnone");
    fs.symlink("new/", "/lslash");
    fs.symlink("dir/", "/ldirs");
    fs.symlink("file/", "/lfiles");
    fs.symlink("loop", "/loop");
    fs.symlink(".", "/ldot");
    fs.symlink("file", "/l1");
    for (int i = 2; i < 42; i++) {
      fs.symlink("l" + (i - 1), "/l" + i);
    }
  }

  private static void make(DaxFileSystem fs, String path) throws IOException {
    fs.open(path, OpenMode.WRITE, OpenMode.CREATE).close();
  }

  private static String tree(DaxFileSystem fs, String directory) throws IOException {
    StringBuilder tree = new StringBuilder();
    for (DirectoryEntry e : fs.list(directory + "/").toList()) {
      String path = directory + "/" + e.name();
      FileStat stat = fs.lstat(path);
      tree.append(path).append(stat.inode()).append(stat.type()).append(stat.links()).append('\n');
      if (e.type() == FileType.DIRECTORY) {
        tree.append(tree(fs, path));
      } else if (e.type() == FileType.SYMLINK) {
        tree.append(fs.readSymlink(path)).append('\n');
      }
    }
    return tree.toString();
  }

  private static void run(DaxFileSystem fs, String operation, String path) throws IOException {
    switch (operation) {
      case "stat" -> fs.stat(path);
      case "lstat" -> fs.lstat(path);
      case "readlink" -> fs.readSymlink(path);
      case "list" -> fs.list(path);
      case "chmod" -> fs.setPermissions(path, 0755);
      case "open" -> fs.open(path, RW).close();
      case "nofollow" -> fs.open(path, modes(OpenMode.NOFOLLOW)).close();
      case "create" -> fs.open(path, modes(OpenMode.CREATE)).close();
      case "excl" -> fs.open(path, modes(OpenMode.CREATE_NEW)).close();
      case "mkdir" -> fs.createDirectory(path);
      case "symlink" -> fs.symlink("t", path);
      case "linkto" -> fs.link("/file", path);
      case "linkof" -> fs.link(path, "/fresh");
      case "unlink" -> fs.unlink(path);
      case "rmdir" -> fs.removeDirectory(path);
      default -> throw new AssertionError(operation);
    }
  }

  private static OpenMode[] modes(OpenMode more) {
    List<OpenMode> modes = new ArrayList<>(List.of(RW));
    modes.add(more);
    return modes.toArray(OpenMode[]::new);
  }

  private static String outcome(DaxFileSystem fs, Cell cell, String row, String column)
      throws IOException {
    try {
      cell.run(fs, row, column);
      return "ok";
    } catch (NoSuchFileException e) {
      return "noent";
    } catch (FileAlreadyExistsException e) {
      return "exist";
    } catch (NotDirectoryException e) {
      return "notdir";
    } catch (DirectoryNotEmptyException e) {
      return "full";
    } catch (FileSystemLoopException e) {
      return "loop";
    } catch (FileSystemException e) {
      return other(e.getReason(), row, column);
    }
  }

  /** By what the message says. */
  private static String other(String reason, String row, String column) {
    if (reason.startsWith("is a directory")
        || reason.startsWith("a directory can only be")
        || reason.contains("as only a directory's path may")) {
      return "isdir";
    }
    if (reason.contains("one name")) {
      return "perm";
    }
    if (reason.contains("is not a symbolic link") || reason.contains("into itself")) {
      return "inval";
    }
    if (reason.contains("of 256 bytes")) {
      return "long";
    }
    if (reason.contains("does not end in a name")) {
      return column.equals("rmdir") && row.endsWith(".") ? "inval" : "busy"; // one error of two
    }
    return reason;
  }

  @Test
  @DisplayName("A link that begins with a slash leads from the root, and another from where it is")
  void absoluteAndRelative() throws IOException {
    try (FsFixture fixture = new FsFixture(4 << 20)) {
      DaxFileSystem fs = fixture.fs;
      fs.createDirectory("/a");
      fs.createDirectory("/x");
      fs.createDirectory("/a/x");
      fs.symlink("/x", "/a/absolute");
      fs.symlink("x", "/a/relative");
      assertEquals(fs.stat("/x").inode(), fs.stat("/a/absolute").inode());
      assertEquals(fs.stat("/a/x").inode(), fs.stat("/a/relative").inode());
    }
  }
}
