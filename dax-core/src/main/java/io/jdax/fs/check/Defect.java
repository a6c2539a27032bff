package io.jdax.fs.check;

import io.jdax.fs.space.Units;

/**
 * One thing that a check has found.
 *
 * @param code what kind of defect it is
 * @param region name of the region that it is in
 * @param frame number of the frame of 4096 bytes of the device, or −1 if it is in no one frame
 * @param inode number of the inode that has it, or −1 if it is in none
 * @param what a phrase that says what is wrong, with its figures
 */
public record Defect(DefectCode code, String region, long frame, long inode, String what) {
  /** Where the frame begins, in bytes from the start of the region, or −1 without a frame. */
  public long offset() {
    return frame < 0 ? -1 : frame << Units.PAGE_SHIFT;
  }

  /** Whether a repair can do anything about it. */
  public boolean isRepairable() {
    return code != DefectCode.SB2 && code != DefectCode.ND7;
  }

  /** One line: code, place, what is wrong, what a repair does. */
  public String message() {
    StringBuilder s = new StringBuilder().append(code).append(' ').append(region).append(": ");
    if (frame >= 0) {
      s.append("frame ").append(frame).append(" (offset ").append(offset()).append("): ");
    }
    if (inode >= 0) {
      s.append("inode ").append(inode).append(": ");
    }
    return s.append(what).append("; repair: ").append(code.repair()).toString();
  }
}
