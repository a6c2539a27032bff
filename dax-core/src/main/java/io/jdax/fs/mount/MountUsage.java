package io.jdax.fs.mount;

import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.format.InodeRecord;
import io.jdax.fs.format.Keys;
import io.jdax.fs.format.QuotaRecord;
import io.jdax.fs.quota.Project;
import io.jdax.fs.quota.Projects;
import io.jdax.fs.tree.CowTree;
import io.jdax.fs.tree.Item;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts, while a mount walks the tree, what every project uses. Several threads show items, each
 * some subtrees in the order of the keys: so an inode's extents mostly follow its record. Where a
 * subtree begins in the middle of a file, the record is looked up when the walk is over.
 */
final class MountUsage {
  /** What a thread has seen of the inode at hand. */
  private static final class Run {
    long inode;
    int project;
    boolean recordSeen;
    long blocks;
  }

  private record Loose(long inode, long blocks) {}

  private static final class Sum {
    final LongAdder blocks = new LongAdder();
    final LongAdder inodes = new LongAdder();
  }

  private final String region;
  private final Queue<Run> runs = new ConcurrentLinkedQueue<>();
  private final ThreadLocal<Run> mine = ThreadLocal.withInitial(this::newRun);
  private final Queue<Loose> loose = new ConcurrentLinkedQueue<>();
  private final Map<Integer, Sum> sums = new ConcurrentHashMap<>();
  private final Map<Integer, QuotaRecord> quotas = new ConcurrentHashMap<>();

  MountUsage(String region) {
    this.region = region;
  }

  private Run newRun() {
    Run run = new Run();
    runs.add(run);
    return run;
  }

  // ---------------------------------------------------------------- by the threads of the walk

  void inode(long number, int project) {
    Run run = mine.get();
    settle(run);
    run.inode = number;
    run.project = project;
    run.recordSeen = true;
    if (project != 0) {
      sum(project).inodes.increment();
    }
  }

  void extent(long inode, long count) {
    Run run = mine.get();
    if (run.inode != inode) {
      settle(run);
      run.inode = inode;
      run.recordSeen = false;
    }
    run.blocks += count;
  }

  void quota(long project, MemorySegment node, long offset, int length)
      throws CorruptMetadataException {
    if (length != QuotaRecord.BYTES || !QuotaRecord.of(node, offset).isPossible(project)) {
      throw new CorruptMetadataException(
          region, "quota of project " + project, "is not valid: bad length, limit or directory");
    }
    quotas.put((int) project, QuotaRecord.of(node, offset));
  }

  private void settle(Run run) {
    if (run.blocks > 0 && !run.recordSeen) {
      loose.add(new Loose(run.inode, run.blocks));
    } else if (run.blocks > 0 && run.project != 0) {
      sum(run.project).blocks.add(run.blocks);
    }
    run.blocks = 0;
  }

  private Sum sum(int project) {
    return sums.computeIfAbsent(project, p -> new Sum());
  }

  // ---------------------------------------------------------------- when the walk is over

  /** Makes the projects known, with what they use. */
  void finish(CowTree tree, Projects projects) throws IOException {
    runs.forEach(this::settle);
    Item item = new Item();
    for (Loose some : loose) {
      if (tree.read(t -> t.get(Keys.hi(some.inode(), Keys.INODE), 0, item))) {
        int project = InodeRecord.of(region, item).project;
        if (project != 0) {
          sum(project).blocks.add(some.blocks());
        }
      }
    }
    projects.turnOn();
    sums.keySet().forEach(projects::seen);
    for (Map.Entry<Integer, QuotaRecord> e : quotas.entrySet()) {
      QuotaRecord quota = e.getValue();
      Project project = projects.create(e.getKey(), quota.directory());
      project.setLimits(quota.limitBytes(), quota.limitInodes());
      Sum sum = sum(e.getKey());
      project.addBlocks(sum.blocks.sum());
      project.addInodes(sum.inodes.sum());
      projects.add(project);
    }
  }
}
