package io.jdax.fs;

import io.jdax.fs.facts.OpenMode;
import io.jdax.fs.file.FileContent;
import io.jdax.fs.file.Inode;
import io.jdax.fs.file.InodeTable;
import io.jdax.fs.volume.Steps;
import io.jdax.fs.volume.Volume;
import io.jdax.mm.engine.WritebackErrors;
import io.jdax.os.AccessFault;
import io.jdax.os.StackRoom;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * One use of an inode, by whoever has opened it: what it was opened for, and until when it lasts.
 */
final class FileHandle {
  private final InodeTable inodes;
  private final Inode inode;
  private final Volume volume;
  private final boolean readable;
  private final boolean writable;
  private final boolean appends;
  private final boolean dsync;
  private final boolean sync;
  private final Calls calls;
  private final WritebackErrors.Handle errors;

  /** Takes over one use of the inode. */
  FileHandle(InodeTable inodes, Inode inode, Set<OpenMode> modes) {
    this.inodes = inodes;
    this.inode = inode;
    this.volume = inode.volume;
    this.readable = modes.contains(OpenMode.READ);
    this.writable = modes.contains(OpenMode.WRITE);
    this.appends = modes.contains(OpenMode.APPEND);
    this.sync = modes.contains(OpenMode.SYNC);
    this.dsync = sync || modes.contains(OpenMode.DSYNC);
    this.calls = new Calls(() -> inodes.releaseQuietly(inode));
    this.errors = inode.writebackErrors.handle();
  }

  boolean isOpen() {
    return calls.isOpen();
  }

  boolean isWritable() {
    return writable;
  }

  /** Whether every write goes to the end of the file. */
  boolean appends() {
    return appends;
  }

  /** Does to bytes that have just been written what the file was opened with. */
  void afterWrite(long offset, long length) throws IOException {
    if (dsync) {
      inode.store().settleWrite(offset, length);
      inode.commit(sync);
    }
  }

  /** Throws what a writeback has failed with since the last time, by whomever it was begun. */
  void checkErrors() throws IOException {
    errors.check();
  }

  /** A call begins, which keeps the inode; to be closed when the call is over. */
  Calls enter() throws ClosedChannelException {
    StackRoom.claim(StackRoom.FILE_SYSTEM);
    return begin();
  }

  /** As {@link #enter}, for whoever gets memory of the file, to store to as well if it says so. */
  Calls enterForMemory(boolean stores) throws IOException {
    ensureReadable();
    if (stores) {
      ensureWritable();
    }
    return enter();
  }

  /** As {@link #enter}, for whoever only asks. */
  Calls enterToAsk() throws ClosedChannelException {
    ensureOpen();
    return enter();
  }

  /**
   * Runs what changes the file as a whole or not at all, if that is allowed: see {@link Volume}.
   */
  void change(Steps.Step operation) throws IOException {
    ensureWritable();
    try (Calls _ = enter()) {
      volume.whole(operation);
    }
  }

  /** As {@link #enter}, to {@link FileContent}, which claims more where it wants more. */
  Calls enterContent() throws ClosedChannelException {
    StackRoom.claim(StackRoom.ENGINE);
    return begin();
  }

  private Calls begin() throws ClosedChannelException {
    if (!calls.tryEnter()) {
      throw new ClosedChannelException();
    }
    return calls;
  }

  void ensureOpen() throws ClosedChannelException {
    if (!calls.isOpen()) {
      throw new ClosedChannelException();
    }
    volume.ensureOpen();
  }

  void ensureReadable() throws ClosedChannelException {
    ensureOpen();
    if (!readable) {
      throw new NonReadableChannelException();
    }
  }

  void ensureWritable() throws IOException {
    ensureOpen();
    if (!writable) {
      throw new NonWritableChannelException();
    }
    volume.ensureWritable();
  }

  /** No call begins any more; the use ends with the last that is under way. Once. */
  void end() throws IOException {
    StackRoom.claim(StackRoom.FILE_SYSTEM);
    try {
      AccessFault.deliver();
    } finally {
      endOnce(); // also when an error of an earlier access comes now: nobody calls twice
    }
  }

  private void endOnce() throws IOException {
    Steps steps =
        new Steps(); // before the end, which is told once, and for which nobody asks again
    Steps.Step check = errors::check;
    Calls.End end = calls.end();
    if (end == Calls.End.BEFORE) {
      return;
    }
    try {
      if (end == Calls.End.NOW) {
        inodes.release(inode);
      } else {
        inodes.flush(inode); // the last call has nobody to tell what goes wrong
      }
    } catch (Throwable t) {
      steps.failed(t);
    }
    steps.run(check);
    steps.end();
  }

  /** Not more than 292 years, which is all that a long can hold. */
  static long nanos(Duration patience) {
    return Math.max(0, TimeUnit.NANOSECONDS.convert(patience));
  }

  static void checkOffset(long offset) {
    if (offset < 0) {
      throw new IllegalArgumentException("offset " + offset + ": must not be negative");
    }
  }
}
