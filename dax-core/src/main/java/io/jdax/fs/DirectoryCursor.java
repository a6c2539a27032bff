package io.jdax.fs;

import io.jdax.fs.facts.DirectoryEntry;
import io.jdax.fs.format.DirentRecord;
import io.jdax.fs.format.Keys;
import io.jdax.fs.tree.Item;
import io.jdax.fs.volume.Volume;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the names of a directory, in the order of their hashes, without {@code .} and {@code
 * ..}. Names that are there all the time are seen exactly once; those that come or go meanwhile, at
 * most once. For one thread at a time; nothing to close.
 */
public final class DirectoryCursor {
  private final Volume volume;
  private final long hi;
  private final Item item = new Item();
  private long next;

  DirectoryCursor(Volume volume, long inode) {
    this.volume = volume;
    this.hi = Keys.hi(inode, Keys.DIRENT);
  }

  /**
   * The next name.
   *
   * @return the entry, or null if there are no more
   * @throws io.jdax.fs.error.CorruptMetadataException the directory is damaged
   * @throws IllegalStateException the file system is closed
   */
  @SuppressWarnings("exports") // of @Nullable, which users need not have
  public @Nullable DirectoryEntry next() throws IOException {
    volume.ensureOpen();
    long from = next;
    if (!volume.tree.read(tree -> tree.ceiling(hi, from, item)) || item.hi() != hi) {
      return null;
    }
    next = item.lo() + 1;
    DirentRecord entry = DirentRecord.of(volume.region.name(), item);
    return new DirectoryEntry(entry.nameString(), entry.inode(), entry.type());
  }

  /**
   * All names from here on, in a list: of a large directory, much memory. Errors are those of
   * {@link #next}.
   */
  public List<DirectoryEntry> toList() throws IOException {
    List<DirectoryEntry> all = new ArrayList<>();
    for (DirectoryEntry entry = next(); entry != null; entry = next()) {
      all.add(entry);
    }
    return all;
  }
}
