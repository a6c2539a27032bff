package io.jdax.fs.names;

import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.facts.FileType;
import io.jdax.fs.format.DirentRecord;
import io.jdax.fs.format.InodeRecord;
import io.jdax.fs.format.Keys;
import io.jdax.fs.format.Limits;
import io.jdax.fs.tree.Item;
import io.jdax.fs.tree.Lookups;
import io.jdax.fs.volume.Steps;
import io.jdax.fs.volume.Volume;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * From a path to what it names, in one state of the tree (path_resolution(7)). Every operation
 * walks here, so that every slash, dot and loop means the same to all of them:
 *
 * <pre>
 *   before the last step   directories, and symbolic links that lead to some
 *   last step              {@link #walk}          what it names; with a slash after it, or {@code follow}, a link is followed
 *                          {@link #walkToCreate}  as open(O_CREAT): also what a link names that leads nowhere yet
 *                          {@link #end}           the name itself, for whoever makes, moves or removes it; see {@link #find}
 *   a slash at the end     what is named must be a directory
 * </pre>
 */
public final class PathWalk {
  /** As the kernel, MAXSYMLINKS. */
  private static final int MAX_SYMLINKS = 40;

  private final Volume volume;
  private final Lookups tree;
  private final Item item = new Item();

  PathWalk(Volume volume, Lookups tree) {
    this.volume = volume;
    this.tree = tree;
  }

  /**
   * A name and what it means.
   *
   * @param directory that the name is in
   * @param name empty for the root, {@code .} and {@code ..}
   * @param entry or null if there is no such name
   * @param state of the tree in which all this is so, see {@link Lookups#state}
   */
  @SuppressWarnings("ArrayRecordComponent")
  public // never compared
  record Place(String path, long directory, byte[] name, @Nullable DirentRecord entry, long state) {
    /** What there is, or NoSuchFileException. */
    public DirentRecord required() throws NoSuchFileException {
      if (entry == null) {
        throw new NoSuchFileException(path);
      }
      return entry;
    }

    /** Nothing, or FileAlreadyExistsException. */
    Place vacant() throws FileAlreadyExistsException {
      if (entry != null) {
        throw new FileAlreadyExistsException(path);
      }
      return this;
    }
  }

  // ---------------------------------------------------------------- walks

  /**
   * To what a path names.
   *
   * @param follow whether a symbolic link at its end is followed; with a slash after it it always
   *     is
   * @throws NoSuchFileException a name before the last is not there, or the path is empty
   * @throws NotDirectoryException a name before the last is no directory, or the last, with a slash
   *     after it
   * @throws FileSystemLoopException it leads through more than 40 symbolic links
   */
  Place walk(String path, boolean follow) throws IOException {
    return walk(path, follow, false);
  }

  /**
   * As {@link #walk}, for whoever makes a file if there is none: a name with a slash after it is
   * refused, since it is a directory's (EISDIR).
   */
  Place walkToCreate(String path, boolean follow) throws IOException {
    return walk(path, follow, true);
  }

  private Place walk(String path, boolean follow, boolean creates) throws IOException {
    Steps steps = new Steps(path);
    long from = Keys.ROOT;
    while (true) {
      PathEnd end = end(steps, from);
      if (creates && end.isName() && end.slash()) {
        throw new FileSystemException(
            path, null, "ends with a slash, as only a directory's path may");
      }
      Place place = find(end);
      DirentRecord entry = place.entry();
      if (entry == null) {
        return place;
      }
      if (entry.type() == FileType.SYMLINK && (follow || end.slash())) {
        from = steps.follow(entry, end.directory());
      } else if (end.slash() && entry.type() != FileType.DIRECTORY) {
        throw new NotDirectoryException(path);
      } else {
        return place;
      }
    }
  }

  /** To the directory that a path's last step is in; errors as for {@link #walk}. */
  PathEnd end(String path) throws IOException {
    return end(new Steps(path), Keys.ROOT);
  }

  private PathEnd end(Steps steps, long from) throws IOException {
    long at = from;
    while (steps.left.size() > 1) {
      DirentRecord entry = find(at, steps.path, steps.left.pop()).required();
      at =
          switch (entry.type()) {
            case DIRECTORY -> entry.inode();
            case SYMLINK -> steps.follow(entry, at);
            case REGULAR -> throw new NotDirectoryException(steps.path);
          };
    }
    String last = steps.left.isEmpty() ? "" : steps.left.pop();
    return new PathEnd(steps.path, at, last, steps.slash);
  }

  /** What the last step names; a symbolic link is not followed. */
  Place find(PathEnd end) throws IOException {
    return find(end.directory(), end.path(), end.step());
  }

  private Place find(long directory, String path, String step) throws IOException {
    return switch (step) {
      case "", "." -> here(path, directory);
      case ".." -> here(path, parent(directory));
      default -> {
        byte[] name = Utf8.encode(path, "a name", step, Limits.NAME_BYTES);
        DirentRecord entry = new Directory(volume, directory, item).find(tree, name);
        yield new Place(path, directory, name, entry, tree.state());
      }
    };
  }

  private Place here(String path, long directory) {
    DirentRecord entry = new DirentRecord(directory, FileType.DIRECTORY, new byte[0]);
    return new Place(path, directory, new byte[0], entry, tree.state());
  }

  /** What is left of a path, and of the links that it leads through. */
  private final class Steps {
    final String path;
    final ArrayDeque<String> left = new ArrayDeque<>();
    boolean slash;
    private int links;

    Steps(String path) throws NoSuchFileException {
      if (path.isEmpty()) {
        throw new NoSuchFileException(path, null, "an empty path names nothing");
      }
      this.path = path;
      push(path);
    }

    /**
     * Puts what a link says before what is left.
     *
     * @param directory that the link is in
     * @return where to go on
     */
    long follow(DirentRecord link, long directory) throws IOException {
      if (++links > MAX_SYMLINKS) {
        throw new FileSystemLoopException(path);
      }
      String target = readSymlink(link.inode());
      push(target);
      return target.startsWith("/") ? Keys.ROOT : directory;
    }

    private void push(String text) {
      slash |= left.isEmpty() && text.endsWith("/");
      for (int end = text.length(); end > 0; ) {
        int begin = text.lastIndexOf('/', end - 1) + 1;
        if (begin < end) {
          left.push(text.substring(begin, end));
        }
        end = begin - 1;
      }
    }
  }

  // ---------------------------------------------------------------- inodes

  /** What a symbolic link says. */
  String readSymlink(long inode) throws IOException {
    byte[] target = new byte[0];
    long hi = Keys.hi(inode, Keys.SYMLINK);
    for (long chunk = 0; tree.get(hi, chunk, item); chunk++) {
      int at = target.length;
      target = Arrays.copyOf(target, at + item.length());
      item.copyTo(0, target, at, item.length());
    }
    if (target.length == 0 || target.length != inode(inode).sizeBytes) {
      throw new CorruptMetadataException(
          volume.region.name(),
          "symbolic link " + inode,
          "has a target of " + target.length + " bytes, but its record says otherwise");
    }
    return new String(target, StandardCharsets.UTF_8);
  }

  InodeRecord inode(long number) throws IOException {
    if (!tree.get(Keys.hi(number, Keys.INODE), 0, item)) {
      throw new CorruptMetadataException(
          volume.region.name(), "inode " + number, "has a name, but is not in the tree");
    }
    return InodeRecord.of(volume.region.name(), item);
  }

  long parent(long directory) throws IOException {
    return inode(directory).parent;
  }
}
