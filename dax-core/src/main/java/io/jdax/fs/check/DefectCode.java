package io.jdax.fs.check;

/**
 * What a check can find, in the order in which it looks. The name of a constant is the code that
 * messages begin with; a code never changes its meaning.
 */
public enum DefectCode {
  // superblocks
  SB1(
      "a superblock slot is not valid; the other one is used, though it may be one commit"
          + " older",
      "it is written again from the other one; if it was the newer one, what only it led"
          + " to is lost for good"),
  SB2("neither superblock slot is valid", "not possible: restore from a backup, or format"),
  SB3(
      "the newest tree is damaged, and that of the commit before it is intact",
      "the file system goes back to the commit before"),
  SB4(
      "the superblock gives a different number of nodes than the tree has",
      "the number is corrected"),

  // nodes
  ND1("a node can't be read because the media is bad", "it is cut off, with everything below it"),
  ND2(
      "a node has a bad checksum, or is not a tree node",
      "it is cut off, with everything below it"),
  ND3(
      "a node is not the one that should be there, by its frame, level, commit or file" + " system",
      "it is cut off, with everything below it"),
  ND4(
      "slots or values of a node lie where they can't be",
      "it is cut off, with everything below it"),
  ND5("keys of a node are out of order", "it is cut off, with everything below it"),
  ND6("the tree leads to a node twice", "only the first of the two ways is kept"),
  ND7(
      "the root of the tree is bad, so nothing can be reached",
      "not possible: restore from a backup, or format"),

  // the journal of changes
  JN1(
      "the superblock gives the journal a place where none can be",
      "it is dropped, and the next mount begins a new one"),
  JN2(
      "the journal has a frame that is a node of the tree as well",
      "it is dropped, and the next mount begins a new one"),
  JN3(
      "the journal can't be read, or tells of something that this release does not know",
      "the changes before that are kept, and what came after them is lost; the next mount begins a"
          + " new one"),

  // the log of notes
  LG1(
      "the superblock gives the log a place where none can be",
      "the log is dropped, and the next mount begins a new one"),
  LG2(
      "a frame of the log can't be read, and may have told of files what nothing else does",
      "what the rest of the log tells is kept, and the next mount begins a new log"),
  LG3(
      "a record of the log says what can't be",
      "it is dropped, with what the log tells of the file after it; the next mount begins a new"
          + " log"),
  LG4(
      "a record of the log gives a file a block that something else has",
      "it is dropped, with what the log tells of the file after it; the next mount begins a new"
          + " log"),
  LG5(
      "two records of the log have the same file and number",
      "the first is kept, and what the log tells of the file after it is dropped; the next mount"
          + " begins a new log"),
  LG6(
      "the log has a frame that is a node of the tree as well",
      "the log is dropped, and the next mount begins a new one"),
  LG7(
      "a record of the log tells of something that this release does not know",
      "it is dropped, with what the log tells of the file after it; the next mount begins a new"
          + " log"),

  // inodes
  IN1("an item has an unknown kind, or an impossible inode number", "it is dropped"),
  IN2(
      "an inode's record is malformed",
      "a new record is made from the inode's contents, if it has any"),
  IN3("an inode has contents, but no record", "a new record is made"),
  IN4("the root directory is missing, or is not a directory", "a new root directory is made"),
  IN5("an inode has contents that one of its type can't have", "they are dropped"),
  IN6(
      "a file's size or extent size hint is out of range",
      "the size is taken from the contents, the hint is cleared"),
  IN7(
      "a symbolic link's target is incomplete",
      "the part that is there is kept; without any, the link is removed"),
  IN8("an extended attribute is incomplete or misplaced", "it is dropped"),

  // extents
  EX1("an extent's record is malformed", "it is dropped, which leaves a hole"),
  EX2("an extent does not lie on the device", "it is dropped, which leaves a hole"),
  EX3("an extent lies beyond the end of the largest possible file", "it is dropped"),
  EX4("an extent overlaps the one before it in its file", "the overlapping part is dropped"),
  EX5(
      "an extent has blocks that metadata or another extent also has",
      "the first that was found keeps them; in this file they become a hole"),

  // directory entries
  DE1("a directory entry is malformed", "it is dropped"),
  DE2(
      "a name has a bad length, a slash or a zero byte, is . or .., or is not UTF-8",
      "it is dropped"),
  DE3("a name does not lie where its hash says", "it is moved there"),
  DE4("a name's inode is missing", "it is dropped"),
  DE5("a name gives a different type than its inode has", "the type is corrected"),
  DE6("a directory has a name twice", "only the first is kept"),

  // link counts
  LK1("a link count is wrong", "it is corrected"),
  LK2("a directory's record gives a different number of names than it has", "it is corrected"),

  // connectivity
  CN1("an inode has no name", "it gets one in /lost+found, # followed by its number"),
  CN2(
      "a directory has more than one name",
      "the one in the parent that its record gives is kept, else the first"),
  CN3("a directory's record gives a different parent than the tree has", "it is corrected"),
  CN4("a directory is below itself", "the cycle is cut, and the directory goes to /lost+found"),

  // orphans
  OR1("an orphan's inode is missing, or its record is malformed", "the record is dropped"),
  OR2(
      "a file that is in use is recorded as an orphan, so the next mount would delete it",
      "the record is dropped"),

  // quotas
  QU1(
      "a quota's record is malformed, or no superblock says that there are quotas",
      "it is dropped; what counted for it counts for the project around it, if any"),
  QU2(
      "a quota's directory is missing, is not a directory, or has another quota",
      "it is dropped; what counted for it counts for the project around it, if any"),
  QU3("an inode's project is not that of its directory", "it is corrected");

  private final String meaning;
  private final String repair;

  DefectCode(String meaning, String repair) {
    this.meaning = meaning;
    this.repair = repair;
  }

  /** A sentence that says what is wrong, without figures. */
  public String meaning() {
    return meaning;
  }

  /** A sentence that says what a repair does, or why none is possible. */
  public String repair() {
    return repair;
  }
}
