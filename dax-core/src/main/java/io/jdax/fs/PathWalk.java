package io.jdax.fs;

import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.tree.Item;
import io.jdax.fs.tree.Lookups;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * From a path to what it names (path_resolution(7)): from the root, {@code .} and {@code ..} as
 * usual, through symbolic links. In one state of the tree if it is given a change.
 */
final class PathWalk {
  static final int MAX_NAME_BYTES = 255;

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
   * @param entry null: there is no such name
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Place(String path, long directory, byte[] name, @Nullable DirentRecord entry) {
    /** What there is, or NoSuchFileException. */
    DirentRecord required() throws NoSuchFileException {
      if (entry == null) {
        throw new NoSuchFileException(path);
      }
      return entry;
    }

    /** For who wants to add, remove or replace the name. */
    Place named() throws FileSystemException {
      if (name.length == 0) {
        throw new FileSystemException(path, null, "the path ends in no name");
      }
      return this;
    }
  }

  /**
   * Walks a path.
   *
   * @param follow whether a symbolic link at its end is followed
   * @throws NoSuchFileException a name before the last is not there
   * @throws NotDirectoryException a name before the last is no directory
   */
  Place walk(String path, boolean follow) throws IOException {
    ArrayDeque<String> rest = new ArrayDeque<>();
    push(path, path, rest);
    long at = Keys.ROOT;
    Place place = here(path, at);
    int links = 0;
    while (!rest.isEmpty()) {
      String step = rest.pop();
      DirentRecord before = place.required();
      if (before.type() != FileType.DIRECTORY) {
        throw new NotDirectoryException(path);
      }
      at = before.inode();
      if (step.equals(".")) {
        place = here(path, at);
      } else if (step.equals("..")) {
        place = here(path, parent(at));
      } else {
        byte[] name = encode(path, step);
        place = new Place(path, at, name, new Directory(volume, at, item).find(tree, name));
        DirentRecord entry = place.entry();
        if (entry != null && entry.type() == FileType.SYMLINK && (follow || !rest.isEmpty())) {
          if (++links > MAX_SYMLINKS) {
            throw new FileSystemLoopException(path);
          }
          String target = readSymlink(entry.inode());
          push(path, target, rest);
          place = here(path, target.startsWith("/") ? Keys.ROOT : at);
        }
      }
    }
    return place;
  }

  /** What a symbolic link says. */
  String readSymlink(long inode) throws IOException {
    byte[] target = new byte[0];
    long hi = Keys.hi(inode, Keys.SYMLINK);
    for (long chunk = 0; tree.get(hi, chunk, item); chunk++) {
      int at = target.length;
      target = Arrays.copyOf(target, at + item.length());
      item.copyTo(0, target, at, item.length());
    }
    return new String(target, StandardCharsets.UTF_8);
  }

  InodeRecord inode(long number) throws IOException {
    if (!tree.get(Keys.hi(number, Keys.INODE), 0, item)) {
      throw new CorruptMetadataException(
          volume.region.name(), "inode " + number, 0, "has a name, and is not in the tree");
    }
    return InodeRecord.of(volume.region.name(), item);
  }

  long parent(long directory) throws IOException {
    return inode(directory).parent;
  }

  private static Place here(String path, long directory) {
    return new Place(
        path, directory, new byte[0], new DirentRecord(directory, FileType.DIRECTORY, new byte[0]));
  }

  /** A path before what is left of another; a slash at its end wants a directory. */
  private static void push(String whole, String path, ArrayDeque<String> rest)
      throws FileSystemException {
    if (path.isEmpty()) {
      throw new NoSuchFileException(whole, null, "an empty path names nothing");
    }
    if (path.endsWith("/")) {
      rest.push(".");
    }
    String[] steps = path.split("/");
    for (int i = steps.length - 1; i >= 0; i--) {
      if (!steps[i].isEmpty()) {
        rest.push(steps[i]);
      }
    }
  }

  private static byte[] encode(String path, String name) throws FileSystemException {
    try {
      ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(name));
      if (bytes.remaining() > MAX_NAME_BYTES || name.indexOf('\0') >= 0) {
        throw new FileSystemException(
            path,
            null,
            "a name of "
                + bytes.remaining()
                + " bytes: it may have "
                + MAX_NAME_BYTES
                + ", and none of them 0");
      }
      byte[] encoded = new byte[bytes.remaining()];
      bytes.get(encoded);
      return encoded;
    } catch (CharacterCodingException e) {
      throw new FileSystemException(path, null, "a name has no form in UTF-8: half a surrogate");
    }
  }
}
