package io.jdax.fs.check;

/**
 * What a check can find, in the order in which it looks. The name of a constant is the code that
 * messages begin with; it never changes its meaning.
 */
public enum DefectCode {
  // superblocks
  SB1(
      "a superblock slot is not valid; the other one counts, though it may be a commit older",
      "it is written anew from the other; if it was the newer one, what it alone led to is gone for"
          + " good"),
  SB2("neither superblock slot is valid", "none: restore from a backup, or format"),
  SB3(
      "the newest tree is damaged, and the one of the commit before is whole",
      "the file system goes back by that commit"),
  SB4("the superblock tells another number of nodes than the tree has", "the number is corrected"),

  // nodes
  ND1("a node can't be read: the media is bad", "it is cut off, with all below it"),
  ND2("a node has a bad checksum, or is none", "it is cut off, with all below it"),
  ND3(
      "a node is not the one that should be there: block, level, commit, file system",
      "it is cut off, with all below it"),
  ND4("slots or values of a node lie where they can't", "it is cut off, with all below it"),
  ND5("keys of a node are out of order", "it is cut off, with all below it"),
  ND6("the tree leads to a node twice", "only the first way stays"),
  ND7(
      "the root of the tree is bad: nothing can be reached",
      "none: restore from a backup, or format"),

  // inodes
  IN1("an item has an unknown kind, or an inode number that can't be", "it is dropped"),
  IN2("an inode's record is none", "a new record is made from what the inode has, if anything"),
  IN3("an inode's record is missing, and its contents are there", "a new record is made"),
  IN4("the root is missing, or no directory", "a new root directory is made"),
  IN5("an inode has contents that one of its type can't have", "they are dropped"),
  IN6("a size or a hint can't be", "it is set to what the contents say"),
  IN7("a symbolic link's target is incomplete", "what is there of it is kept, else the link goes"),
  IN8("an extended attribute is incomplete or misplaced", "it is dropped"),

  // extents
  EX1("an extent's record is none", "it is dropped: a hole"),
  EX2("an extent does not lie on the device", "it is dropped: a hole"),
  EX3("an extent lies beyond the largest file", "it is dropped"),
  EX4("an extent overlaps the one before it in its file", "the overlapping part is dropped"),
  EX5(
      "an extent has blocks that metadata or another extent has",
      "the first keeps them; in this file they become a hole"),

  // directory entries
  DE1("a directory entry is none", "it is dropped"),
  DE2("a name can't be: its length, a slash, a zero, . or .., not UTF-8", "it is dropped"),
  DE3("a name does not lie where its hash says", "it is put there"),
  DE4("a name's inode is missing", "it is dropped"),
  DE5("a name tells another type than its inode", "the type is corrected"),
  DE6("a directory has a name twice", "only the first stays"),

  // link counts
  LK1("a link count is wrong", "it is corrected"),
  LK2("a directory tells another number of names than it has", "it is corrected"),

  // connectivity
  CN1("an inode has no name", "it gets one in /lost+found: # and its number"),
  CN2("a directory has more than one name", "the one that its record tells stays"),
  CN3("a directory's record tells another parent than the tree has", "it is corrected"),
  CN4("a directory is below itself", "the way is cut, and the directory goes to /lost+found"),

  // orphans
  OR1("an orphan's inode is missing, or the record is none", "the record is dropped"),
  OR2(
      "a file that is in use is recorded as an orphan, and the next mount would give it up",
      "the record is dropped"),

  // quotas
  QU1(
      "a quota's record is none, or is one that no superblock tells of",
      "it is dropped; what it was for counts for what is around"),
  QU2(
      "a quota's directory is missing, is none, or has another quota",
      "it is dropped; what it was for counts for what is around"),
  QU3("an inode tells another project than its directory", "it is corrected");

  private final String meaning;
  private final String repair;

  DefectCode(String meaning, String repair) {
    this.meaning = meaning;
    this.repair = repair;
  }

  /** What it means. */
  public String meaning() {
    return meaning;
  }

  /** What a repair does. */
  public String repair() {
    return repair;
  }
}
