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
   * @param in the inode of the directory that has it
   */
  record Name(long in, long lo) {}

  final long number;
  final InodeRecord record;

  /** The record is not that of the tree. */
  boolean changed;

  /** There was no good record. */
  boolean made;

  /** Names, with those that a repair drops, and without. */
  int namesFound;

  int names;

  /** Of a directory: its names and its directories, each with what a repair drops, and without. */
  int entriesFound;

  int entries;
  int directoriesFound;
  int directories;

  /** Of a directory: the names that it has. */
  final List<Name> namedBy = new ArrayList<>(1);

  /** What its project is to be; −1: not known, it has no name. */
  int project = -1;

  /** Its record tells what its directory's does. */
  boolean inherits;

  boolean orphan;
  boolean reattached;

  CheckedInode(long number, InodeRecord record) {
    this.number = number;
    this.record = record;
  }

  boolean isDirectory() {
    return record.type == FileType.DIRECTORY;
  }
}
