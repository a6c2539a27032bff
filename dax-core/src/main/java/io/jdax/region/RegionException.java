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

  /** A failure of the region as a whole. */
  public RegionException(String region, String sentence) {
    super(region + ": " + sentence);
    this.region = region;
    this.offset = -1;
    this.length = 0;
  }

  /** A failure at some bytes of the region; {@code sentence} follows the range. */
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
   * First byte that the failure is about, from the start of the region; −1 when it is about none in
   * particular.
   */
  public long offset() {
    return offset;
  }

  /** How many bytes the failure is about; 0 when about none in particular. */
  public long length() {
    return length;
  }
}
