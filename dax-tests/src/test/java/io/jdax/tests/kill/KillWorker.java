package io.jdax.tests.kill;

import io.jdax.fs.DaxFile;
import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.facts.DirectoryEntry;
import io.jdax.fs.facts.FileType;
import io.jdax.fs.facts.OpenMode;
import io.jdax.mm.DaxMapping;
import io.jdax.tests.kill.KillOp.Kind;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/** One thread of a {@link KillWriter}: random operations, announced and acknowledged. */
final class KillWorker {
  private static final String[] FILES = {"a", "b", "c", "d", "sub/a", "sub/b"};
  private static final String[] DIRECTORIES = {"x", "y", "sub/x"};
  private static final int KEPT = 4;

  private final DaxFileSystem fs;
  private final int number;
  private final Random random;
  private final Doom doom;
  private final TreeMap<String, FileType> names = new TreeMap<>();

  /** Left open, so that files that are unlinked or replaced live on as orphans. */
  private final ArrayDeque<DaxFile> kept = new ArrayDeque<>();

  private interface Action {
    void run() throws IOException;
  }

  KillWorker(DaxFileSystem fs, int number, Random random, Doom doom) throws IOException {
    this.fs = fs;
    this.number = number;
    this.random = random;
    this.doom = doom;
    list("");
  }

  private void list(String below) throws IOException {
    for (DirectoryEntry e : fs.list(path(below)).toList()) {
      names.put(below + e.name(), e.type());
    }
    if (below.isEmpty()) {
      list("sub/");
    }
  }

  void run(int operations) throws IOException {
    for (int i = 0; i < operations; i++) {
      step();
    }
  }

  // ---------------------------------------------------------------- which

  private void step() throws IOException {
    if (random.nextInt(10) == 0) {
      directory(DIRECTORIES[random.nextInt(DIRECTORIES.length)]);
      return;
    }
    String name = FILES[random.nextInt(FILES.length)];
    FileType type = names.get(name);
    if (type == null) {
      create(name);
    } else if (random.nextInt(5) == 0) {
      move(name);
    } else if (type == FileType.REGULAR) {
      if (random.nextInt(6) == 0) {
        describe(name);
      } else {
        change(name);
      }
    }
  }

  private void directory(String name) throws IOException {
    String other = DIRECTORIES[random.nextInt(DIRECTORIES.length)];
    if (!names.containsKey(name)) {
      if (run(KillOp.of(Kind.MKDIR, name), () -> fs.createDirectory(path(name)))) {
        names.put(name, FileType.DIRECTORY);
      }
    } else if (random.nextBoolean() && !other.equals(name)) {
      rename(name, other);
    } else if (run(KillOp.of(Kind.RMDIR, name), () -> fs.removeDirectory(path(name)))) {
      names.remove(name);
    }
  }

  private void create(String name) throws IOException {
    if (random.nextInt(8) == 0) {
      String target = "t" + random.nextInt(1000);
      if (run(KillOp.of(Kind.SYMLINK, name, target), () -> fs.symlink(target, path(name)))) {
        names.put(name, FileType.SYMLINK);
      }
      return;
    }
    boolean done =
        run(
            KillOp.of(Kind.CREATE, name),
            () -> fs.open(path(name), OpenMode.WRITE, OpenMode.CREATE_NEW).close());
    if (done) {
      names.put(name, FileType.REGULAR);
    }
  }

  private void move(String name) throws IOException {
    String other = FILES[random.nextInt(FILES.length)];
    int kind = random.nextInt(6);
    if (kind == 0) {
      if (run(KillOp.of(Kind.UNLINK, name), () -> fs.unlink(path(name)))) {
        names.remove(name);
      }
    } else if (!names.containsKey(other) && kind == 1) {
      if (run(KillOp.of(Kind.LINK, name, other), () -> fs.link(path(name), path(other)))) {
        names.put(other, names.get(name));
      }
    } else if (!other.equals(name)) {
      rename(name, other);
    }
  }

  private void rename(String from, String to) throws IOException {
    if (!run(KillOp.of(Kind.RENAME, from, to), () -> fs.rename(path(from), path(to)))) {
      return;
    }
    FileType type = names.get(from);
    if (!present(from)) {
      names.remove(from); // else two names of one file
    }
    names.put(to, type);
  }

  private boolean present(String name) throws IOException {
    try {
      fs.lstat(path(name));
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private void describe(String name) throws IOException {
    String attribute = "user.n" + random.nextInt(3);
    int kind = random.nextInt(4);
    if (kind == 0) {
      int mode = random.nextInt(01000);
      run(
          new KillOp(Kind.PERMISSIONS, name, "-", mode, 0, 0),
          () -> fs.setPermissions(path(name), mode));
    } else if (kind == 1 && fs.attributes(path(name)).contains(attribute)) {
      run(
          KillOp.of(Kind.ATTRIBUTE_GONE, name, attribute),
          () -> fs.removeAttribute(path(name), attribute));
    } else {
      int length = random.nextInt(3) == 0 ? random.nextInt(3000) : random.nextInt(100);
      KillOp op = new KillOp(Kind.ATTRIBUTE, name, attribute, 0, length, random.nextLong());
      run(op, () -> fs.setAttribute(path(name), attribute, op.bytes()));
    }
  }

  private void change(String name) throws IOException {
    List<OpenMode> modes = new ArrayList<>(List.of(OpenMode.READ, OpenMode.WRITE));
    int kind = random.nextInt(23);
    boolean sync = kind < 6;
    if (sync) {
      modes.add(OpenMode.DSYNC);
    }
    DaxFile file = fs.open(path(name), modes.toArray(OpenMode[]::new));
    change(name, file, kind);
    if (random.nextInt(3) > 0) {
      file.close();
      return;
    }
    kept.add(file);
    if (kept.size() > KEPT) {
      kept.remove().close();
    }
  }

  private void change(String name, DaxFile file, int kind) throws IOException {
    int size = Math.toIntExact(file.sizeBytes());
    int at = random.nextInt(KillContent.LIMIT / 2);
    int length = 1 + random.nextInt(random.nextBoolean() ? 200 : 12_000);
    length = Math.min(length, KillContent.LIMIT - at);
    long seed = random.nextLong();
    if (kind < 3 || kind > 5 && kind < 8) {
      KillOp op = new KillOp(kind < 3 ? Kind.WRITE_DSYNC : Kind.WRITE, name, "-", at, length, seed);
      MemorySegment bytes = MemorySegment.ofArray(op.bytes());
      run(op, () -> file.write(op.at(), bytes));
    } else if (kind < 6 || kind > 19) {
      if (size < KillContent.LIMIT) {
        append(name, file, size, Math.min(length, KillContent.LIMIT - size), seed, kind < 6);
      }
    } else if (kind < 13) {
      length = Math.min(length, size - at);
      if (length > 0) {
        store(name, file, at, length, seed, kind < 11);
      }
    } else if (kind == 13) {
      run(KillOp.of(Kind.FSYNC, name), file::fsync);
    } else if (kind < 16) {
      int to = random.nextInt(4) == 0 ? 0 : random.nextInt(KillContent.LIMIT);
      run(new KillOp(Kind.TRUNCATE, name, "-", to, 0, 0), () -> file.truncate(to));
    } else {
      space(name, file, at, length, kind);
    }
  }

  private void append(String name, DaxFile file, int size, int length, long seed, boolean durable)
      throws IOException {
    Kind kind = durable ? Kind.APPEND_DSYNC : Kind.APPEND;
    KillOp op = new KillOp(kind, name, "-", size, length, seed);
    MemorySegment bytes = MemorySegment.ofArray(op.bytes());
    run(
        op,
        () -> {
          long where = file.append(bytes);
          if (where != size) {
            throw new IllegalStateException("appended at " + where + ", not at " + size);
          }
        });
  }

  private void store(String name, DaxFile file, int at, int length, long seed, boolean persist)
      throws IOException {
    Kind kind = persist ? Kind.STORE_PERSIST : Kind.STORE;
    KillOp op = new KillOp(kind, name, "-", at, length, seed);
    MemorySegment bytes = MemorySegment.ofArray(op.bytes());
    try (DaxMapping m = file.map(0, KillContent.LIMIT)) {
      m.populate(at, length, true); // so that want of space comes before the first byte
      run(
          op,
          () -> {
            m.copyFrom(at, bytes, 0, length);
            if (persist) {
              m.persist(at, length);
            }
          });
    } catch (NoSpaceException e) {
      // populate(): nothing is stored, as announced by nothing
    }
  }

  private void space(String name, DaxFile file, int at, int length, int kind) throws IOException {
    if (kind == 16 || kind == 17) {
      KillOp op = new KillOp(Kind.PUNCH, name, "-", at, length, 0);
      run(op, () -> file.punchHole(at, length));
    } else if (kind == 18) {
      KillOp op = new KillOp(Kind.ZERO, name, "-", at, length, 0);
      run(op, () -> file.zeroRange(at, length, false));
    } else {
      KillOp op = new KillOp(Kind.ALLOCATE, name, "-", at, length, 0);
      run(op, () -> file.allocate(at, length, false));
    }
  }

  // ---------------------------------------------------------------- how

  /** False: refused for want of space. */
  private boolean run(KillOp op, Action action) throws IOException {
    KillWriter.say("B " + number + " " + op);
    try {
      action.run();
    } catch (NoSpaceException e) {
      KillWriter.say("N " + number);
      return false;
    }
    KillWriter.say("A " + number);
    doom.acknowledged();
    return true;
  }

  private String path(String name) {
    return KillWriter.directory(number) + "/" + name;
  }
}
