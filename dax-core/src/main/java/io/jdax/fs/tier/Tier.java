package io.jdax.fs.tier;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.jdax.fs.facts.MountOptions;
import io.jdax.fs.facts.TierMode;
import io.jdax.fs.facts.TierStatistics;
import io.jdax.fs.file.Inode;
import io.jdax.fs.file.PageStore;
import io.jdax.fs.file.PageStores;
import io.jdax.fs.volume.Media;
import io.jdax.mm.engine.FrameSpace;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The DRAM tier of one mounted file system: decides which files go through it. Its frames are taken
 * when the first file wants some.
 */
public final class Tier implements PageStores {
  private final FrameSpace frames;
  private final MountOptions options;
  private final boolean byDefault;
  private final boolean always;

  @GuardedBy("this")
  private @Nullable TierPool pool;

  public Tier(FrameSpace frames, Media media, MountOptions options) {
    this.frames = frames;
    this.always = !media.inPlace();
    this.options = options;
    this.byDefault =
        options.tier() == TierMode.CACHED
            || options.tier() == TierMode.AUTO && frames.persister().slowToWrite();
  }

  /** All files do where there is no direct access, else none when nothing can be written. */
  @Override
  public boolean caches(TierMode mode) {
    return always
        || !frames.persister().readOnly()
            && (mode == TierMode.CACHED || mode == TierMode.AUTO && byDefault);
  }

  @Override
  public synchronized PageStore inDram(Inode inode, boolean direct) throws IOException {
    if (pool == null) {
      pool = TierPool.of(frames, options);
    }
    CachedFile file = new CachedFile(pool, inode, direct);
    pool.add(file);
    return file;
  }

  private synchronized @Nullable TierPool pool() {
    return pool;
  }

  /** Ends the threads. Files may still be written back, by those who ask for it. */
  public void stop() {
    TierPool made = pool();
    if (made != null) {
      made.stop();
    }
  }

  /** Gives the memory back, when nobody can reach it. */
  public void close() throws IOException {
    TierPool made = pool();
    if (made != null) {
      made.close();
    }
  }

  /** What it holds now; all 0 if nothing ever went through it. */
  public TierStatistics statistics() {
    TierPool made = pool();
    return made == null ? new TierStatistics(0, 0, 0, 0, 0, 0) : made.statistics();
  }
}
