package io.jdax.tests.kill;

import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.facts.FileSystemStat;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One file system, whose writers are killed one after the other, and what must be on it. */
final class KillStream implements AutoCloseable {
  private static final long REGION_BYTES = 2 << 20;
  private static final int LOG_LINES = 60;
  private static final int FOREVER = 1_000_000;
  private static final int MAX_ACKNOWLEDGEMENTS = 60;
  private static final int MOUNT_MICROS = 12_000;
  private static final int OPERATION_MICROS = 1_500;

  private final ChildJvms jvms;
  private final Death death;
  private final Random random;
  private final Path path;
  private final KillState[] states = new KillState[KillWriter.WORKERS];
  private final KillOp[] underWay = new KillOp[KillWriter.WORKERS];
  private final ArrayDeque<String> log = new ArrayDeque<>();
  final KillCounts counts = new KillCounts();

  /**
   * A file system of its own.
   *
   * @param death of its writers; closed with it
   */
  KillStream(ChildJvms jvms, Death death, Random random) throws IOException {
    this.jvms = jvms;
    this.death = death;
    this.random = random;
    path = Files.createTempFile(Path.of("/dev/shm"), "jdax-kill-", ".region");
    Files.delete(path);
    try (Region region = Region.at(path).size(REGION_BYTES).create();
        PmemBlockDevice device = PmemBlockDevice.of(region, Persister.of(region), 4096)) {
      region.segment().fill((byte) 0); // so that all of its memory is this process's
      DaxFileSystem.format(device, "kill");
      try (DaxFileSystem fs = DaxFileSystem.mount(device)) {
        for (int w = 0; w < states.length; w++) {
          fs.createDirectory(KillWriter.directory(w));
          fs.createDirectory(KillWriter.directory(w) + "/sub");
          states[w] = KillState.found(fs, KillWriter.directory(w));
        }
      }
    }
  }

  /** A writer that is not killed: it ends by itself, and shows that it can. */
  void unharmed(int operations) throws Exception {
    Process writer =
        jvms.start(
            KillWriter.class,
            jvms.leaveCache(),
            path.toString(),
            String.valueOf(random.nextLong()),
            String.valueOf(operations),
            Doom.NONE);
    try (BufferedReader lines = lines(writer)) {
      for (String line = lines.readLine(); !"E".equals(line); line = lines.readLine()) {
        if (line == null) {
          throw new AssertionError("a writer ended early");
        }
        note(line);
      }
      lines.transferTo(Writer.nullWriter()); // the JVM says that it makes the cache
    }
    if (writer.waitFor() != 0) {
      throw new AssertionError("a writer ended with status " + writer.exitValue());
    }
    check();
  }

  /** Starts a writer, lets it die somewhere, and checks what it has left. */
  void kill() throws Exception {
    boolean inMount = random.nextInt(6) == 0;
    int acknowledgements = inMount ? 0 : 1 + random.nextInt(MAX_ACKNOWLEDGEMENTS);
    long nanos = 1_000L * random.nextInt(inMount ? MOUNT_MICROS : OPERATION_MICROS);
    String seed = String.valueOf(random.nextLong());
    log.add(
        "-- kill %d, %s: %d acks + %d ns".formatted(counts.kills, death, acknowledgements, nanos));
    List<String> options = new ArrayList<>(jvms.useCache());
    options.addAll(death.options());
    Process writer =
        jvms.start(
            death::command,
            KillWriter.class,
            options,
            path.toString(),
            seed,
            String.valueOf(FOREVER),
            death.order(acknowledgements, nanos));
    try (Ended _ = new Ended(writer);
        BufferedReader lines = lines(writer)) {
      int acknowledged = 0;
      boolean begun = false;
      boolean struck = false;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        begun = true;
        note(line);
        acknowledged += line.startsWith("A") ? 1 : 0;
        if (!struck && (inMount || acknowledged >= acknowledgements)) {
          death.strike(writer.toHandle(), nanos);
          struck = true;
        }
      }
      if (!writer.waitFor(60, TimeUnit.SECONDS)) {
        throw new AssertionError("the writer has closed its output, and lives");
      }
      death.requireDied(writer.exitValue());
      if (!begun) {
        throw new AssertionError("the writer died before it began");
      }
    }
    counts.killed(log.getLast(), underWay);
    check();
  }

  /** A writer that is gone at the end, even if something was wrong. */
  private record Ended(Process writer) implements AutoCloseable {
    @Override
    public void close() {
      writer.toHandle().destroyForcibly();
      writer
          .onExit()
          .orTimeout(60, TimeUnit.SECONDS)
          .exceptionally(
              e -> {
                throw new AssertionError("the writer can't be killed", e);
              })
          .join();
    }
  }

  private static BufferedReader lines(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  private void note(String line) {
    log.add(line);
    while (log.size() > LOG_LINES) {
      log.remove();
    }
    if (line.startsWith("X")) {
      throw new AssertionError("the writer failed: " + line.replace('|', '\n'));
    }
    if (line.length() < 3) {
      return; // about the mount
    }
    int worker = line.charAt(2) - '0';
    switch (line.charAt(0)) {
      case 'B' -> underWay[worker] = KillOp.parse(line.substring(4));
      case 'A' -> {
        states[worker].apply(underWay[worker]);
        counts.acknowledged(underWay[worker]);
        underWay[worker] = null;
      }
      case 'N' -> {
        counts.refused++;
        underWay[worker] = null;
      }
      default -> throw new AssertionError("said: " + line);
    }
  }

  // ---------------------------------------------------------------- what is left

  private void check() throws IOException {
    boolean readOnly = random.nextInt(3) == 0; // so that the next writer finds what this one left
    try (Region region = readOnly ? Region.at(path).readOnly(true).open() : Region.open(path);
        PmemBlockDevice device = PmemBlockDevice.of(region, Persister.of(region), 4096);
        DaxFileSystem fs = DaxFileSystem.mount(device, 1)) {
      long blocks = 0;
      for (int w = 0; w < states.length; w++) {
        KillState found = KillState.found(fs, KillWriter.directory(w));
        String complaint = complaint(states[w], underWay[w], found);
        if (complaint != null) {
          throw new AssertionError("worker " + w + ", " + underWay[w] + " under way: " + complaint);
        }
        states[w] = found;
        underWay[w] = null;
        blocks += found.blocks();
      }
      if (!readOnly) {
        requireNoLeak(fs, blocks);
      }
    }
  }

  private static @Nullable String complaint(KillState state, @Nullable KillOp op, KillState found) {
    if (op == null) {
      return state.complaint(found);
    }
    StringBuilder complaints = new StringBuilder();
    for (KillState each : state.during(op)) {
      String complaint = each.complaint(found);
      if (complaint == null) {
        return null;
      }
      complaints.append(complaint).append("; or ");
    }
    return complaints.toString();
  }

  /** What is neither free nor metadata belongs to a file that has a name. */
  private static void requireNoLeak(DaxFileSystem fs, long blocks) throws IOException {
    fs.reclaim();
    for (int i = 0; i < 3; i++) { // orphans' blocks come back with the commits after theirs
      fs.setPermissions("/", 0755);
    }
    FileSystemStat stat = fs.statfs();
    long used = stat.totalBlocks() - stat.freeBlocks() - stat.metadataBlocks();
    if (used < blocks || used > blocks + 24) {
      throw new AssertionError(used + " blocks are in use, files have " + blocks);
    }
  }

  String log() {
    return String.join("\n  ", List.copyOf(log));
  }

  @Override
  public void close() throws IOException {
    try (death) {
      Files.deleteIfExists(path);
    }
  }
}
