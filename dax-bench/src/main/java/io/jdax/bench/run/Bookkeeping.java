package io.jdax.bench.run;

import io.jdax.bench.bed.FileBed;
import io.jdax.bench.bed.ScratchFile;
import io.jdax.bench.bed.TestBed;
import io.jdax.bench.report.Spread;
import io.jdax.bench.turns.JmhRun;
import io.jdax.mm.DaxMapping;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Memory that the engine takes for the pages of a file and of one mapping of it, measured: what the
 * heap and the process's anonymous memory have grown by. In a JVM of its own, whose collector keeps
 * next to nothing beside the heap.
 *
 * @param touchedBytes per page that was loaded from or stored to
 * @param untouchedBytes per page of a mapping that nobody has touched, of a terabyte
 */
record Bookkeeping(double touchedBytes, double untouchedBytes) {
  private static final int ROUNDS = 5;
  private static final long TERABYTE = 1L << 40;
  private static final int PAGES = 262_144;
  private static final int PAGES_IN_SLOT = 512;

  /** Heaps with compressed references lie below, memory that a process maps lies above. */
  private static final long MAPPED_FROM = 1L << 40;

  /**
   * Measures on a region, in a fork.
   *
   * @throws IOException the fork failed, with what it said
   */
  static Bookkeeping measure(Path region) throws IOException {
    List<String> command = JmhRun.java(region, Bookkeeping.class);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String[] figures = said.strip().split(" ");
    if (figures.length != 2) {
      throw new IOException("bookkeeping could not be measured: " + said);
    }
    return new Bookkeeping(Double.parseDouble(figures[0]), Double.parseDouble(figures[1]));
  }

  /** The fork. */
  public static void main(String[] args) throws IOException {
    Bookkeeping measured = measure();
    System.out.println(measured.touchedBytes() + " " + measured.untouchedBytes());
    TestBed.release();
  }

  /** On the region of {@link TestBed}. Files stay until the end, lest one get another's memory. */
  private static Bookkeeping measure() throws IOException {
    List<ScratchFile> files = new ArrayList<>();
    double[] touched = new double[ROUNDS];
    double[] untouched = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      ScratchFile scratch = ScratchFile.create(TestBed.files());
      files.add(scratch);
      scratch.file.truncate(TERABYTE);
      long before = used();
      try (DaxMapping all = scratch.file.map(0, TERABYTE)) {
        untouched[round] = (double) (used() - before) / (all.sizeBytes() >>> 12);
      }
      before = used();
      // From page 1 of the file, so that each page needs a fault of its own.
      try (DaxMapping mapping = scratch.file.map(FileBed.PAGE, (long) PAGES * FileBed.PAGE)) {
        touch(mapping);
        touched[round] = (double) (used() - before) / PAGES;
      }
    }
    for (ScratchFile file : files) {
      file.close();
    }
    return new Bookkeeping(Spread.median(touched), Spread.median(untouched));
  }

  /** One store in 2 MiB brings all that stores need; the rest of the storage is spared. */
  private static void touch(DaxMapping mapping) throws IOException {
    for (int page = 0; page < PAGES; page++) {
      if (page % PAGES_IN_SLOT == 0) {
        mapping.putByte((long) page * FileBed.PAGE, (byte) 1);
      } else {
        mapping.getByte((long) page * FileBed.PAGE);
      }
    }
  }

  private static long used() throws IOException {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() + anonymousBytes();
  }

  /** Resident anonymous memory outside of the heap. */
  private static long anonymousBytes() throws IOException {
    long kibibytes = 0;
    boolean counts = false;
    for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
      String[] words = line.split("\\s+");
      if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
        long from = Long.parseUnsignedLong(line.substring(0, line.indexOf('-')), 16);
        counts = words.length == 5 && words[1].equals("rw-p") && from >= MAPPED_FROM;
      } else if (counts && words[0].equals("Rss:")) {
        kibibytes += Long.parseLong(words[1]);
      }
    }
    return kibibytes << 10;
  }

  /** {@code 13.2 bytes per touched page …}. */
  String sentence() {
    return String.format(
        Locale.ROOT,
        "%.1f bytes per touched page, %.2f per untouched page",
        touchedBytes,
        Math.max(0, untouchedBytes)); // the collector finds more garbage than there is to count
  }
}
