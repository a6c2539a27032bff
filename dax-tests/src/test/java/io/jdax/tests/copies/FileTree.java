package io.jdax.tests.copies;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Makes a tree of files as people have them, to measure copies with: many small ones, a few large
 * ones, some 15 in each directory, directories within directories, and here and there a symbolic
 * link. The same seed makes the same tree.
 *
 * <p>It needs nothing else of the project, so that {@code java FileTree.java} runs it as well.
 */
final class FileTree {
  private static final int FILES_PER_DIRECTORY = 15;
  private static final int FILES_PER_LINK = 100;
  private static final int LONGEST_BYTES = 4 << 20;

  private final SplittableRandom random;
  private final List<Path> directories = new ArrayList<>();
  private final double meanBytes;

  private FileTree(long seed, double meanBytes) {
    this.random = new SplittableRandom(seed);
    this.meanBytes = meanBytes;
  }

  /**
   * Makes one.
   *
   * @param arguments a directory, which is made; how many files; how many bytes one has on average;
   *     the seed
   */
  public static void main(String[] arguments) throws IOException {
    make(
        Path.of(arguments[0]),
        Integer.parseInt(arguments[1]),
        Integer.parseInt(arguments[2]),
        Long.parseLong(arguments[3]));
  }

  static void make(Path top, int files, int meanBytes, long seed) throws IOException {
    FileTree tree = new FileTree(seed, meanBytes);
    tree.directories.add(Files.createDirectory(top));
    for (int i = 0; i < files; i++) {
      if (i % FILES_PER_DIRECTORY == FILES_PER_DIRECTORY - 1) {
        tree.directories.add(Files.createDirectory(tree.place().resolve("directory-" + i)));
      }
      Path file = Files.write(tree.place().resolve("file-" + i + ".txt"), tree.content());
      if (i % FILES_PER_LINK == 0) {
        Files.createSymbolicLink(tree.place().resolve("link-" + i), file.getFileName());
      }
    }
  }

  private Path place() {
    return directories.get(random.nextInt(directories.size()));
  }

  /** Lengths are spread evenly in their logarithm, as those of files are, roughly. */
  private byte[] content() {
    double length = -Math.log(1 - random.nextDouble());
    double scaled = meanBytes * length * length * length / 6; // of which the mean is 1
    byte[] bytes = new byte[(int) Math.min(LONGEST_BYTES, scaled)];
    random.nextBytes(bytes);
    return bytes;
  }
}
