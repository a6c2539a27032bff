package io.jdax.tools;

import io.jdax.fs.DaxFile;
import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.facts.OpenMode;
import io.jdax.machine.SystemCallException;
import java.io.IOException;
import java.nio.file.FileSystemException;

/**
 * What one thread of a put works with. Each file is written under another name in its directory,
 * made durable, and then renamed. Times, permissions and holes are kept. The bits that lend a
 * program its owner's rights are not, since the owner is not kept, either.
 */
final class FileIn implements AutoCloseable {
  /** What the file system gives a new directory, which then need not be changed. */
  static final int DIRECTORY_MODE = 0755;

  /** The same of a file. */
  static final int FILE_MODE = 0644;

  /** The bits that a copy keeps, without set-user-id and set-group-id. */
  static final int PERMISSIONS = 01777;

  private final DaxFileSystem files;
  private final RegionPath place;
  private final SparseCopy copy;
  private final CopiedFiles copied;
  private final Unfinished unfinished;

  /**
   * @param place the region, as a person named it
   * @param thread a number of its own
   */
  FileIn(DaxFileSystem files, RegionPath place, CopyWatch watch, CopiedFiles copied, int thread) {
    this.files = files;
    this.place = place;
    this.copy = new SparseCopy(watch);
    this.copied = copied;
    this.unfinished = new Unfinished(files, thread);
  }

  /** Copies the bytes of files by this thread. */
  SparseCopy copy() {
    return copy;
  }

  /**
   * Copies a file, whole or not at all; durable on return.
   *
   * @param whole copies the bytes
   */
  void file(LocalFile source, String target, SparseCopy.Whole whole) throws IOException {
    place(
        target,
        temporary -> {
          try (DaxFile file = files.open(temporary, OpenMode.WRITE, OpenMode.CREATE_NEW)) {
            long end = copy.copyAll(source, file::write, whole);
            if (file.sizeBytes() < end) {
              file.truncate(end); // a hole at the end
            }
            refuseChanged(source);
            keepFacts(files, source.status(), temporary, FILE_MODE);
            file.fsync();
          }
        });
  }

  /** Makes a symbolic link. */
  void link(String says, String target) throws IOException {
    place(target, temporary -> files.symlink(says, temporary));
  }

  /** Refuses a file that has changed, since what was read may never have been in it together. */
  static void refuseChanged(LocalFile source) throws IOException {
    LocalStatus now = source.statusNow();
    if (now.sizeBytes() != source.status().sizeBytes()
        || !now.modified().equals(source.status().modified())) {
      throw new SkippedException(source.name(), "was changed while it was copied");
    }
  }

  /**
   * Gives a file or directory the permissions and times of the local one.
   *
   * @param mode what it has
   */
  static void keepFacts(DaxFileSystem files, LocalStatus status, String target, int mode)
      throws IOException {
    int permissions = status.mode() & PERMISSIONS;
    if (permissions != mode) {
      files.setPermissions(target, permissions);
    }
    try {
      files.setTimes(target, status.modified(), status.accessed());
    } catch (FileSystemException | IllegalArgumentException e) {
      throw new SkippedException(target, "its times can't be kept: " + Complaint.reason(e));
    }
  }

  private interface Maker {
    void make(String temporary) throws IOException;
  }

  private void place(String target, Maker maker) throws IOException {
    try {
      String temporary = unfinished.in(InsidePath.parent(target));
      try {
        maker.make(temporary);
        long inode = copied.at(temporary);
        files.rename(temporary, target);
        copied.add(inode);
      } catch (Throwable e) {
        unfinished.giveUp(temporary, e);
        throw e;
      }
    } catch (SystemCallException | SkippedException e) {
      throw e;
    } catch (IOException e) {
      throw Complaint.of(place.at(target), e);
    }
  }

  @Override
  public void close() throws IOException {
    unfinished.close();
  }
}
