package io.jdax.fs.file;

import io.jdax.fs.log.FileLog;
import io.jdax.persist.Persister;
import io.jdax.region.MediaErrorException;
import java.io.IOException;
import java.util.concurrent.locks.StampedLock;

/**
 * Makes the records of one file durable. The lines are looked up under the lock of the extents, or
 * by an optimistic read of it, and flushed without it, so that nobody waits for the media.
 */
final class LogFlush {
  private final StampedLock lock;
  private final FileLog log;

  LogFlush(StampedLock lock, FileLog log) {
    this.lock = lock;
    this.log = log;
  }

  /** See {@link ExtentMap#persistLog}. */
  boolean persist(Persister persister) throws IOException {
    long stamp = lock.tryOptimisticRead();
    boolean cutOff = log.isCutOff();
    long needed = log.needed();
    long from = log.firstVolatile();
    long lines = log.linesInLastFrame(from, needed);
    if (!lock.validate(stamp)) { // nor is 0 valid: somebody has the lock
      stamp = lock.writeLock();
      try {
        cutOff = log.isCutOff();
        needed = log.needed();
        from = log.firstVolatile();
        lines = log.linesInLastFrame(from, needed);
      } finally {
        lock.unlockWrite(stamp);
      }
    }
    if (cutOff) {
      return false;
    }
    if (from > needed) {
      return true;
    }
    try {
      if (lines >= 0) {
        flushLines(persister, lines);
      } else {
        flushAll(persister, from, needed);
      }
      persister.drain();
    } catch (MediaErrorException e) {
      stamp = lock.writeLock();
      try {
        log.fail();
      } finally {
        lock.unlockWrite(stamp);
      }
      return false;
    }
    log.persisted(needed);
    return true;
  }

  private void flushAll(Persister persister, long from, long needed) throws IOException {
    for (long at = from; at <= needed; ) {
      long lines;
      long stamp = lock.writeLock();
      try {
        lines = log.nextLines(at, needed);
        at = log.after(at, needed);
      } finally {
        lock.unlockWrite(stamp);
      }
      if (lines >= 0) {
        flushLines(persister, lines);
      }
    }
  }

  private static void flushLines(Persister persister, long lines) throws IOException {
    long more = lines & FileLog.LINE_BYTES - 1;
    persister.flush(lines - more, (more + 1) * FileLog.LINE_BYTES);
  }
}
