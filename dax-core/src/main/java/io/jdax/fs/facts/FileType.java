package io.jdax.fs.facts;

import org.jspecify.annotations.Nullable;

/** What an inode is. */
public enum FileType {
  /** Bytes. */
  REGULAR(0x8000),
  /** Names. */
  DIRECTORY(0x4000),
  /** A path that stands for another one. */
  SYMLINK(0xA000);

  /** The bits that say so in a mode, as in Linux (stat.h, S_IFMT). */
  public static final int MASK = 0xF000;

  private static final FileType[] ALL = values();

  /** Those of {@link #MASK} that this type has in a mode. */
  public final int bits;

  FileType(int bits) {
    this.bits = bits;
  }

  /** The type in a mode, or null. */
  @SuppressWarnings("exports") // of @Nullable, which users need not have
  public static @Nullable FileType of(int mode) {
    for (FileType type : ALL) {
      if ((mode & MASK) == type.bits) {
        return type;
      }
    }
    return null;
  }
}
