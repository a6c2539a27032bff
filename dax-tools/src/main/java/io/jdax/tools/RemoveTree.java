package io.jdax.tools;

import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.facts.DirectoryEntry;
import io.jdax.fs.facts.FileType;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.random.RandomGenerator;

/**
 * Removes a directory with all that is below it.
 *
 * <p>Each name costs a walk from the root, so a directory deep down is first moved up, to the top.
 * A tree of n levels then costs n short walks instead of n long ones. Where it can't be moved,
 * because of a quota or on a full device, it is removed where it is.
 */
final class RemoveTree {
  private static final int LONGEST_WAY_STEPS = 64;

  private final DaxFileSystem files;
  private final String top;
  private final String lifted = ".rm-%016x-".formatted(RandomGenerator.getDefault().nextLong());
  private final Deque<Place> places = new ArrayDeque<>();
  private int lifts;

  /**
   * Where a directory lies.
   *
   * @param way its path, and after that the paths of directories below it
   * @param length of its own part of {@code way}
   * @param steps how far below the top it lies
   */
  private record Place(StringBuilder way, int length, int steps) {
    String child(String name) {
      way.setLength(length);
      return InsidePath.child(way.toString(), name);
    }

    String path() {
      way.setLength(length);
      return way.toString();
    }
  }

  /**
   * @param top the directory to remove
   */
  RemoveTree(DaxFileSystem files, String top) {
    this.files = files;
    this.top = top;
  }

  void remove(DirectoryEntry directory) throws IOException {
    places.push(new Place(new StringBuilder(top), top.length(), 0));
    new InsideWalk(
            files,
            new InsideWalk.Visitor() {
              @Override
              public boolean visit(DirectoryEntry entry) throws IOException {
                Place place = places.element();
                if (entry.type() == FileType.DIRECTORY) {
                  places.push(enter(place, entry.name()));
                } else {
                  files.unlink(place.child(entry.name()));
                }
                return true;
              }

              @Override
              public void leave(DirectoryEntry done) throws IOException {
                files.removeDirectory(places.pop().path());
              }
            })
        .below(directory);
    files.removeDirectory(places.pop().path());
  }

  private Place enter(Place above, String name) throws IOException {
    String path = above.child(name);
    if (above.steps >= LONGEST_WAY_STEPS) {
      String higher = InsidePath.child(top, lifted + lifts);
      if (lift(path, higher)) {
        lifts++;
        return new Place(new StringBuilder(higher), higher.length(), 1);
      }
    }
    above.way.append('/').append(name);
    return new Place(above.way, above.way.length(), above.steps + 1);
  }

  private boolean lift(String path, String higher) throws IOException {
    try {
      if (files.exists(higher)) {
        throw new FileAlreadyExistsException(higher);
      }
      files.rename(path, higher);
      return true;
    } catch (IOException refused) {
      return false;
    }
  }
}
