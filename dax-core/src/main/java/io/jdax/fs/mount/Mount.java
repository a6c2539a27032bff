package io.jdax.fs.mount;

import io.jdax.fs.facts.FileSystemStat;
import io.jdax.fs.facts.MountOptions;
import io.jdax.fs.file.Inode;
import io.jdax.fs.file.InodeTable;
import io.jdax.fs.names.InodeEdits;
import io.jdax.fs.names.Namespace;
import io.jdax.fs.names.PathQueries;
import io.jdax.fs.names.Quotas;
import io.jdax.fs.tier.Tier;
import io.jdax.fs.tree.SuperblockInfo;
import io.jdax.fs.volume.CoarseClock;
import io.jdax.fs.volume.Steps;
import io.jdax.fs.volume.Volume;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/**
 * A mounted file system, put together, and its life: it is made durable, becomes read-only or
 * writable, and ends.
 *
 * <pre>
 *   open         calls come and go
 *   settled      no call begins, those under way are over, all is durable, the tree is frozen; until here a failure
 *                leads back to open
 *   torn down    every part is closed, whatever the others throw, so that the device is free
 * </pre>
 */
public final class Mount {
  public final Volume volume;
  public final Tier tier;
  public final InodeTable inodes;
  public final Namespace names;
  public final InodeEdits edits;
  public final PathQueries queries;
  public final Quotas quotas;

  /** Made in advance, so that nothing that the end needs can be lacking then. */
  private final List<Steps.Step> teardown;

  /** What came of them; made in advance, since for want of memory the device must not stay busy. */
  private final Steps ending = new Steps();

  Mount(Volume volume, MountOptions options) {
    this.volume = volume;
    this.tier = new Tier(volume.frames, volume.media, options);
    this.inodes = new InodeTable(volume, tier);
    this.names = new Namespace(inodes);
    this.edits = new InodeEdits(inodes);
    this.queries = new PathQueries(inodes);
    this.quotas = new Quotas(inodes);
    this.teardown =
        List.of(
            volume::stopFolding,
            tier::stop,
            inodes::close,
            volume.frames::close,
            tier::close, // the memory, when nobody can reach it
            volume.tree::close,
            volume.space::close,
            volume.media::close,
            CoarseClock::left);
    CoarseClock.joined();
  }

  // ---------------------------------------------------------------- the end

  /** Ends all that it is made of, whatever goes wrong with a part. Nobody uses it any more. */
  public void tearDown() throws IOException {
    volume.setClosed(true);
    for (int i = 0; i < teardown.size(); i++) { // an iterator would want memory
      ending.run(teardown.get(i));
    }
    ending.end();
  }

  /**
   * Makes everything durable and ends it; if that fails it stays open, as it was.
   *
   * @param anyway an end also if something can't be made durable
   */
  public synchronized void close(boolean anyway) throws IOException {
    if (volume.isClosed()) {
      return;
    }
    volume.frames.finishCloses(); // a pin that is closed, but for its end, is in nobody's way
    Steps steps = new Steps();
    Steps.Step tearDown = this::tearDown; // now: once all is durable nothing may be wanting
    boolean over = false;
    volume.setPinRule(Volume.PinRule.NONE);
    try {
      inodes.forEach(inode -> inode.addressSpace.ensureNotPinned(false));
      steps.run(this::settleAndFreeze);
      over = steps.allWell();
      if (!over && (anyway || volume.isLost())) {
        // No second attempt can do better, or nobody wants one.
        volume.setClosed(true);
        inodes.awaitPutAway();
        if (flushes()) {
          steps.run(this::settle);
          steps.run(() -> inodes.forEach(this::tell));
          steps.run(volume.tree::commit);
        }
        over = true;
      }
    } finally {
      if (!over) {
        volume.setClosed(false);
        volume.setPinRule(Volume.PinRule.ALL);
      }
    }
    if (over) {
      steps.run(tearDown);
    }
    steps.end();
  }

  /** Of a file of which a page can't be flushed, the others: what is noted is durable. */
  private void tell(Inode inode) throws IOException {
    if (!inode.unlinked()) {
      inode.fold(true);
    }
  }

  /** Whether there may be something to make durable, and it may work. */
  private boolean flushes() {
    return !volume.readOnly() && !volume.isLost();
  }

  /** Makes everything durable, calls that are under way included; later ones are refused. */
  private void settleAndFreeze() throws IOException {
    boolean flushes = flushes();
    if (flushes) {
      sync(); // most of it, while others go on
    }
    volume.setClosed(true);
    inodes.awaitPutAway();
    if (flushes) {
      settle();
      volume.tree.freeze();
    }
    if (!volume.readOnly()) {
      volume.persister.ensureNothingLost();
    }
  }

  // ---------------------------------------------------------------- sync

  /** Makes everything durable that was stored, written or changed before the call. */
  public void sync() throws IOException {
    volume.frames.finishCloses();
    if (!volume.isSettled()) {
      settle();
    }
  }

  /** Of all files what can be; then it throws what could not. */
  private void settle() throws IOException {
    Steps steps = new Steps();
    steps.run(
        () ->
            inodes.forEach(
                inode -> {
                  if (volume.isClosed() || volume.readOnly()) {
                    inode.awaitCalls();
                  }
                  if (!inode.unlinked()) {
                    inode.sync(true);
                  }
                }));
    steps.run(inodes::giveUpNameless);
    steps.run(volume.tree::commit);
    steps.end();
  }

  // ---------------------------------------------------------------- read-only

  /** See {@code DaxFileSystem.setReadOnly}. */
  public synchronized void setReadOnly(boolean readOnly) throws IOException {
    if (readOnly == volume.readOnly()) {
      return;
    }
    if (readOnly) {
      becomeReadOnly();
    } else {
      becomeWritable();
    }
  }

  private void becomeReadOnly() throws IOException {
    volume.frames.finishCloses();
    boolean done = false;
    volume.setPinRule(Volume.PinRule.READERS);
    try {
      inodes.forEach(inode -> inode.addressSpace.ensureNotPinned(true));
      sync(); // most of it, while others go on
      volume.setReadOnly(true);
      inodes.forEach(Inode::match);
      volume.frames.quarantine().turnOver(); // for all of them
      settle();
      volume.space.giveBackAllAhead(); // those that write are over
      volume.tree.freeze();
      done = true;
    } finally {
      if (!done) {
        volume.setReadOnly(false);
        matchQuietly();
      }
      volume.setPinRule(Volume.PinRule.ALL); // files refuse those for writing themselves by now
    }
  }

  private void becomeWritable() throws IOException {
    if (volume.persister.readOnly()) {
      volume.ensureWritable();
    }
    boolean done = false;
    volume.tree.thaw();
    volume.setReadOnly(false);
    try {
      inodes.forEach(Inode::match);
      done = true;
    } finally {
      if (!done) {
        volume.setReadOnly(true);
        matchQuietly();
        volume.tree.freeze();
      }
    }
    inodes.giveUpNameless();
  }

  /** Back to what was before something else went wrong, which is what the caller is told. */
  private void matchQuietly() {
    Steps steps = new Steps();
    steps.run(() -> inodes.forEach(Inode::match));
  }

  // ---------------------------------------------------------------- figures

  /** What is known about the whole. */
  public FileSystemStat stat() {
    SuperblockInfo info = volume.tree.info();
    long coming = volume.data.comingBlocks();
    return new FileSystemStat(
        info.label(),
        info.uuid(),
        SuperblockInfo.VERSION,
        volume.tree.generation(),
        Instant.ofEpochMilli(info.createdMillis()),
        info.blockSize(),
        volume.totalBlocks(),
        volume.data.freeBlocks() + coming,
        volume.data.usableBlocks() + coming,
        volume.units.blocksOf(
            volume.tree.nodeCount() + 2 + info.log().frames() + info.journal().frames()),
        volume.inodeCount.get(),
        volume.readOnly());
  }
}
