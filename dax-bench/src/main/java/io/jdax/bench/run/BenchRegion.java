package io.jdax.bench.run;

import io.jdax.bench.report.Figures;
import io.jdax.bench.shape.Case;
import io.jdax.bench.shape.Peer;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import io.jdax.region.RegionFacts;
import io.jdax.region.RegionKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The region of a run: made once, with every page present, for all the JVMs that measure; what was
 * made is deleted at the end, also when the run is interrupted.
 *
 * <p>It is closed while the others have it, since the lock lets one in at a time.
 */
final class BenchRegion implements AutoCloseable {
  private static final Path SHARED_MEMORY = Path.of("/dev/shm");

  /** Two files of a gigabyte: see {@link io.jdax.bench.bed.LargeFile}. */
  private static final long DEFAULT_SIZE = 2560L << 20;

  /** Two files of 128 MiB. */
  private static final long SHORT_SIZE = 320L << 20;

  private static final long SMALLEST = 4L << 20;

  private final Path path;
  private final RegionFacts facts;
  private final String pageSizes;
  private final String persister;
  private final @Nullable Thread deleteOnExit;

  private BenchRegion(Region region, @Nullable Thread deleteOnExit) throws IOException {
    this.path = region.path();
    this.facts = region.facts();
    this.pageSizes = region.pageSizes().toString();
    this.persister = Persister.of(region).describe();
    this.deleteOnExit = deleteOnExit;
  }

  /**
   * Creates or opens the region that the options name, once, to see that it can be used.
   *
   * @throws BenchInputException it exists and may not be overwritten, or is too small to measure on
   * @throws IOException it can't be used, with the region's own sentence
   */
  static BenchRegion prepare(BenchOptions options) throws IOException {
    Path path = options.region();
    long wanted = options.effort().isShort() ? SHORT_SIZE : DEFAULT_SIZE;
    if (path == null) {
      Path scratch = SHARED_MEMORY.resolve("jdax-bench-" + ProcessHandle.current().pid());
      return create(scratch, options.sizeBytes() == null ? fitting(wanted) : options.sizeBytes());
    }
    if (!Files.exists(path)) {
      return create(path, options.sizeBytes() == null ? wanted : options.sizeBytes());
    }
    if (!options.destroyData()) {
      refuseUnlessUsable(options, path);
      throw new BenchInputException(
          path + ": exists, and the benchmark would overwrite it; --destroy-data lets it");
    }
    var builder = Region.at(path).populate(true);
    if (options.sizeBytes() != null) {
      builder.size(options.sizeBytes());
    }
    try (Region region = builder.open()) {
      return of(region, null);
    }
  }

  /** What is wrong with the region itself is worth more than the advice to destroy it. */
  private static void refuseUnlessUsable(BenchOptions options, Path path) throws IOException {
    var builder = Region.at(path);
    if (options.sizeBytes() != null) {
      builder.size(options.sizeBytes());
    }
    builder.open().close();
  }

  private static BenchRegion create(Path path, long sizeBytes) throws IOException {
    if (sizeBytes < SMALLEST) {
      throw tooSmall(path, sizeBytes);
    }
    Thread delete = new Thread(() -> deleteQuietly(path));
    try (Region region = Region.at(path).size(sizeBytes).populate(true).create()) {
      Runtime.getRuntime().addShutdownHook(delete);
      return of(region, delete);
    } catch (Throwable t) {
      if (Runtime.getRuntime().removeShutdownHook(delete)) {
        deleteQuietly(path);
      }
      throw t;
    }
  }

  private static BenchRegion of(Region region, @Nullable Thread delete) throws IOException {
    if (region.sizeBytes() < SMALLEST) {
      throw tooSmall(region.path(), region.sizeBytes());
    }
    return new BenchRegion(region, delete);
  }

  private static BenchInputException tooSmall(Path path, long sizeBytes) {
    return new BenchInputException(
        path
            + ": "
            + Figures.bytes(sizeBytes)
            + " are too few to measure on: at least "
            + Figures.bytes(SMALLEST)
            + ", 256 MiB for figures that mean something");
  }

  /** The wanted size, or what a small /dev/shm (64 MiB in many containers) can spare. */
  private static long fitting(long wanted) throws IOException {
    if (!Files.isDirectory(SHARED_MEMORY)) {
      throw new BenchInputException(
          "there is no " + SHARED_MEMORY + " here; --region names another place to measure on");
    }
    long spare = Files.getFileStore(SHARED_MEMORY).getUsableSpace() / 4 * 3;
    long size = Math.min(wanted, Long.highestOneBit(Math.max(1, spare)));
    if (size < SMALLEST) {
      throw new BenchInputException(SHARED_MEMORY + ": has no space for a region to measure on");
    }
    return size;
  }

  Path path() {
    return path;
  }

  RegionKind kind() {
    return facts.kind();
  }

  RegionFacts facts() {
    return facts;
  }

  /** {@link Region#pageSizes} when it was opened. */
  String pageSizes() {
    return pageSizes;
  }

  /** {@link Persister#describe} of the way in which it is made durable. */
  String persister() {
    return persister;
  }

  /**
   * Why the case can't be measured here, or null when it can. Only what the JDK has mapped can be
   * forced, and it maps only files.
   */
  @Nullable String absence(Case c) {
    if (facts.sizeBytes() < c.regionBytes()) {
      return "not possible: needs a region of " + Figures.bytes(c.regionBytes());
    }
    return kind() == RegionKind.DEVDAX && c.by() == Peer.JAVA && c.name().endsWith("+force")
        ? "not possible: the JDK can't map a device-dax"
        : c.by().absence(kind());
  }

  /** What is about to be done, for a person who waits. */
  String intent(String what) {
    return "Measuring "
        + what
        + " on "
        + path
        + ", "
        + Figures.bytes(facts.sizeBytes())
        + ", "
        + persister;
  }

  /**
   * Complains if a peer is required and not here.
   *
   * @throws BenchInputException which, and why it is not
   */
  void requirePeers(BenchOptions options, List<Case> cases) throws BenchInputException {
    if (!Boolean.TRUE.equals(options.peers())) {
      return;
    }
    for (Case c : cases) {
      String absence = c.by().isNative() ? c.by().absence(kind()) : null;
      if (absence != null) {
        throw new BenchInputException("--peers: " + c.by().label() + " is " + absence);
      }
    }
  }

  @Override
  public void close() throws IOException {
    if (deleteOnExit != null) {
      Files.deleteIfExists(path);
      try {
        Runtime.getRuntime().removeShutdownHook(deleteOnExit);
      } catch (IllegalStateException e) {
        return; // the exit that runs the hook has begun
      }
    }
  }

  private static void deleteQuietly(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      System.err.println("jdax: " + path + " is left behind: " + e.getMessage());
    }
  }
}
