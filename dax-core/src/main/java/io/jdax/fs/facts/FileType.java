package io.jdax.fs.facts;

import org.jspecify.annotations.Nullable;

/** What an inode is. */
public enum FileType {
  /** A file, which holds bytes. */
  REGULAR(0x8000),
  /** A directory, which holds names. */
  DIRECTORY(0x4000),
  /** A symbolic link, a name that stands for a path. */
  SYMLINK(0xA000);

  /** The bits of a mode that give the type, as in Linux (stat.h, S_IFMT). */
  public static final int MASK = 0xF000;

  private static final FileType[] ALL = values();

  /** Which bits of {@link #MASK} this type has in a mode. */
  public final int bits;

  FileType(int bits) {
    this.bits = bits;
  }

  /**
   * The type that a mode gives.
   *
   * @param mode as in stat.h; bits outside of {@link #MASK} are ignored
   * @return the type, or null if it is none of these
   */
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
