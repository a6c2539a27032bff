package io.jdax.tests.kill;

import static io.jdax.tests.kill.Scene.PAGE;
import static io.jdax.tests.kill.Scene.data;

import com.google.errorprone.annotations.Immutable;
import io.jdax.fs.DaxFile;
import io.jdax.fs.facts.OpenMode;
import io.jdax.mm.PinAccess;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Instant;

/** Each kind of operation that a file system offers, on a {@link Scene}. */
enum Deed {
  READ(Space.NONE, s -> s.file.read(0, MemorySegment.ofArray(new byte[12 * PAGE]))),
  LOAD(Space.NONE, s -> s.mapping.getLong(3 * PAGE)),
  LOAD_BULK(Space.NONE, s -> s.mapping.copyTo(0, MemorySegment.ofArray(new byte[PAGE]), 0, PAGE)),
  STAT(Space.NONE, s -> s.fs.stat("/d/h")),
  LIST(Space.NONE, s -> s.fs.list("/d").toList()),
  WRITE_OVER(Space.NONE, s -> s.file.write(100, data(2 * PAGE))),
  WRITE_HOLE(Space.NEEDED, s -> s.file.write(13 * PAGE + 5, data(PAGE))),
  WRITE_UNWRITTEN(Space.PERHAPS, s -> s.file.write(17 * PAGE, data(100))),
  WRITE_DSYNC(
      Space.NEEDED,
      s -> {
        try (DaxFile f = s.fs.open("/f", OpenMode.WRITE, OpenMode.DSYNC)) {
          f.write(12 * PAGE, data(PAGE));
        }
      }),
  APPEND(Space.NEEDED, s -> s.file.append(data(5000))),
  STORE_OVER(Space.NONE, s -> s.mapping.putLong(3 * PAGE + 8, 42)),
  STORE_BULK(Space.NONE, s -> s.mapping.copyFrom(PAGE + 1, data(PAGE), 0, PAGE)),
  STORE_HOLE(Space.NEEDED, s -> s.mapping.putLong(14 * PAGE, 42)),
  STORE_UNWRITTEN(Space.PERHAPS, s -> s.mapping.putLong(18 * PAGE, 42)),
  STORE_PERSIST(
      Space.NONE,
      s -> {
        s.mapping.putLong(3 * PAGE + 8, 42);
        s.mapping.persist(3 * PAGE, 16);
      }),
  STORE_FSYNC(
      Space.NONE,
      s -> {
        s.mapping.putLong(5 * PAGE, 42);
        s.file.fsync();
      }),
  STORE_HOLE_FSYNC(
      Space.NEEDED,
      s -> {
        s.mapping.putLong(14 * PAGE, 42);
        s.file.fsync();
      }),
  SYNC(Space.NONE, s -> s.fs.sync()),
  PIN(Space.NEEDED, s -> s.file.pin(13 * PAGE, PAGE, PinAccess.READ, true).close()),
  TRUNCATE_DOWN(Space.NONE, s -> s.file.truncate(5 * PAGE + 100)),
  TRUNCATE_UP(Space.PERHAPS, s -> s.file.truncate(100 * PAGE)),
  PUNCH(Space.NONE, s -> s.file.punchHole(2 * PAGE + 10, 5 * PAGE)),
  ZERO(Space.PERHAPS, s -> s.file.zeroRange(2 * PAGE + 10, 5 * PAGE, true)),
  ALLOCATE(Space.NEEDED, s -> s.file.allocate(12 * PAGE, 3 * PAGE, true)),
  CREATE(Space.NEEDED, s -> s.fs.open("/new", OpenMode.WRITE, OpenMode.CREATE_NEW).close()),
  MAKE_DIRECTORY(Space.NEEDED, s -> s.fs.createDirectory("/d/new")),
  SYMLINK(Space.NEEDED, s -> s.fs.symlink("target", "/new")),
  LINK(Space.NEEDED, s -> s.fs.link("/g", "/d/g")),
  RENAME(Space.PERHAPS, s -> s.fs.rename("/g", "/d/moved")),
  RENAME_OVER(Space.PERHAPS, s -> s.fs.rename("/g", "/d/h")),
  UNLINK(Space.NONE, s -> s.fs.unlink("/g")),
  REMOVE_DIRECTORY(Space.NONE, s -> s.fs.removeDirectory("/empty")),
  ATTRIBUTE(Space.NEEDED, s -> s.fs.setAttribute("/f", "user.b", new byte[2000])),
  ATTRIBUTE_AGAIN(Space.PERHAPS, s -> s.fs.setAttribute("/f", "user.a", new byte[2000])),
  REMOVE_ATTRIBUTE(Space.PERHAPS, s -> s.fs.removeAttribute("/f", "user.a")),
  PERMISSIONS(Space.PERHAPS, s -> s.fs.setPermissions("/f", 0600)),
  OWNER(Space.PERHAPS, s -> s.fs.setOwner("/g", 7, 8)),
  TIMES(Space.PERHAPS, s -> s.fs.setTimes("/g", Instant.EPOCH, Instant.EPOCH)),
  HINT(Space.PERHAPS, s -> s.file.setExtentSizeHint(16 * PAGE)),
  REMOUNT(Space.NONE, Scene::remount);

  /** Whether it takes blocks. */
  enum Space {
    /** Works on a full device. */
    NONE,
    /** May need blocks for metadata. */
    PERHAPS,
    /** Is refused on a full device. */
    NEEDED
  }

  @Immutable
  interface Act {
    void on(Scene scene) throws IOException;
  }

  final Space space;
  private final Act act;

  Deed(Space space, Act act) {
    this.space = space;
    this.act = act;
  }

  void on(Scene scene) throws IOException {
    act.on(scene);
  }

  /** Has loads or stores of single words. */
  boolean touchesMemory() {
    return switch (this) {
      case LOAD,
          STORE_OVER,
          STORE_HOLE,
          STORE_UNWRITTEN,
          STORE_PERSIST,
          STORE_FSYNC,
          STORE_HOLE_FSYNC ->
          true;
      default -> false;
    };
  }

  /** All of it, or nothing, whatever happens; of the others any part of their bytes may be done. */
  boolean atomic() {
    return switch (this) {
      case WRITE_OVER,
          WRITE_HOLE,
          WRITE_UNWRITTEN,
          WRITE_DSYNC,
          APPEND,
          STORE_OVER,
          STORE_BULK,
          STORE_HOLE,
          STORE_UNWRITTEN,
          STORE_PERSIST,
          STORE_FSYNC,
          STORE_HOLE_FSYNC,
          TRUNCATE_DOWN,
          PUNCH,
          ZERO ->
          false;
      default -> true;
    };
  }

  /** Durable on return. */
  boolean durable() {
    return switch (this) {
      case WRITE_HOLE,
          WRITE_UNWRITTEN,
          APPEND,
          STORE_OVER,
          STORE_BULK,
          STORE_HOLE,
          STORE_UNWRITTEN,
          PIN -> // the block that it takes is noted, as a store's
          false;
      default -> true;
    };
  }
}
