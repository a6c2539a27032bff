package io.jdax.fs.check;

import io.jdax.fs.space.Units;

/**
 * One thing that a check has found.
 *
 * @param region that it is in
 * @param block of 4096 bytes of the device; −1: none in particular
 * @param inode that it is about; −1: none
 * @param what with its figures
 */
public record Defect(DefectCode code, String region, long block, long inode, String what) {
  /** Bytes from the start of the region; −1 without a block. */
  public long offset() {
    return block < 0 ? -1 : block << Units.PAGE_SHIFT;
  }

  /** Whether a repair can do anything. */
  public boolean repairable() {
    return code != DefectCode.SB2 && code != DefectCode.ND7;
  }

  /** One line: code, place, what is wrong, what a repair does. */
  public String message() {
    StringBuilder s = new StringBuilder().append(code).append(' ').append(region).append(": ");
    if (block >= 0) {
      s.append("block ").append(block).append(" (offset ").append(offset()).append("): ");
    }
    if (inode >= 0) {
      s.append("inode ").append(inode).append(": ");
    }
    return s.append(what).append("; repair: ").append(code.repair()).toString();
  }
}
