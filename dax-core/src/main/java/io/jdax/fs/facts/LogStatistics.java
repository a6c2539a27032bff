package io.jdax.fs.facts;

/**
 * What has become of the log of notes since the file system was mounted. Every figure is as of some
 * moment during the call. A file's records and flushes are added when it takes a frame, which is
 * every 63 records, and when it is folded.
 *
 * @param frames how many frames of 4096 bytes the log has; 0 if there is none
 * @param freeFrames how many are free
 * @param waitingFrames how many have nothing that counts any more, and wait for a commit
 * @param fewestFreeFrames the fewest that were ever free
 * @param extentRecords records that told of blocks, and perhaps of the size and the time as well
 * @param sizeRecords records that told of a size, and perhaps of the time, and of no blocks
 * @param timeRecords records that told of nothing but a time
 * @param framesTaken how many frames were taken, each of which was one more line stored
 * @param flushes how many times records were made durable, each with one fence
 * @param folds how many times all files were folded since frames were short
 * @param notesToTree how many calls had to commit the tree, since there was no frame for a record
 */
public record LogStatistics(
    int frames,
    int freeFrames,
    int waitingFrames,
    int fewestFreeFrames,
    long extentRecords,
    long sizeRecords,
    long timeRecords,
    long framesTaken,
    long flushes,
    long folds,
    long notesToTree) {
  private static final int LINE_BYTES = 64;

  /** How many bytes of the log were stored, in cache lines of 64 bytes. */
  public long bytesStored() {
    return (extentRecords + sizeRecords + timeRecords + framesTaken) * LINE_BYTES;
  }
}
