package io.jdax.region;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A failure of a region, or of what lies on it. The message begins with the region's name, and
 * names the bytes when the failure is about some of them.
 */
public class RegionException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String region;
  private final long offset;
  private final long length;

  /**
   * A failure of the region as a whole.
   *
   * @param region its name, with which the message begins
   * @param sentence what is wrong, without the name
   */
  public RegionException(String region, String sentence) {
    super(region + ": " + sentence);
    this.region = region;
    this.offset = -1;
    this.length = 0;
  }

  /**
   * A failure at some bytes of the region.
   *
   * @param region its name, with which the message begins
   * @param offset first byte, from the start of the region
   * @param length in bytes
   * @param sentence what is wrong, without the name and the range
   * @param cause or null if there is none
   */
  @SuppressWarnings("exports") // of @Nullable, which users need not have
  public RegionException(
      String region, long offset, long length, String sentence, @Nullable Throwable cause) {
    super(region + ": bytes [" + offset + ", +" + length + "): " + sentence, cause);
    this.region = region;
    this.offset = offset;
    this.length = length;
  }

  /** The region's name: its path, or {@code memfd:NAME}. */
  public String region() {
    return region;
  }

  /**
   * First byte that the failure is about, from the start of the region, or −1 if it is about the
   * region as a whole.
   */
  public long offset() {
    return offset;
  }

  /** How many bytes the failure is about, or 0 if it is about the region as a whole. */
  public long length() {
    return length;
  }
}
