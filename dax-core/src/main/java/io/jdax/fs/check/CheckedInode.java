package io.jdax.fs.check;

import io.jdax.fs.facts.FileType;
import io.jdax.fs.format.InodeRecord;
import java.util.ArrayList;
import java.util.List;

/** What a check knows of an inode. */
final class CheckedInode {
  /**
   * A name of a directory, and where it lies.
   *
   * @param in number of the directory that has it
   * @param lo low half of its key
   */
  record Name(long in, long lo) {}

  final long number;
  final InodeRecord record;

  /** Whether the record is not that of the tree any more. */
  boolean changed;

  /** Whether the record was made by the check, since there was no good one. */
  boolean made;

  /** How many names lead to it, with those that a repair drops, and without. */
  int namesFound;

  int names;

  /**
   * How many names and how many directories a directory has, with those that a repair drops, and
   * without.
   */
  int entriesFound;

  int entries;
  int directoriesFound;
  int directories;

  /** The names that lead to a directory. */
  final List<Name> namedBy = new ArrayList<>(1);

  /** The project that it will be in, or −1 if that is not known, since it has no name. */
  int project = -1;

  /** Whether its record gives the same project as its directory's. */
  boolean inherits;

  /** Whether it has no name, and is recorded as an orphan. */
  boolean orphan;

  /** Whether it was given a name in lost+found. */
  boolean reattached;

  CheckedInode(long number, InodeRecord record) {
    this.number = number;
    this.record = record;
  }

  boolean isDirectory() {
    return record.type == FileType.DIRECTORY;
  }
}
