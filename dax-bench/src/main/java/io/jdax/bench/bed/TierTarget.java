package io.jdax.bench.bed;

import io.jdax.fs.DaxFile;
import io.jdax.fs.facts.TierMode;
import io.jdax.mm.DaxMapping;
import java.io.IOException;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A working set, as a file and as a mapping. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls open() before anything else
public abstract class TierTarget {
  private final Medium medium;
  private final TierMode mode;
  public DaxFile file;
  public DaxMapping mapping;

  TierTarget(Medium medium, TierMode mode) {
    this.medium = medium;
    this.mode = mode;
  }

  @Setup
  public void open() throws IOException {
    TierFile set = TestBed.files(medium).tierFile(mode);
    file = set.file;
    mapping = set.mapping;
  }

  /** All of it in DRAM, to stay there. */
  public static class Hit extends TierTarget {
    public Hit() {
      super(Medium.ROOMY, TierMode.CACHED);
    }
  }

  /** What {@link Hit} is compared with: where it lies, in pieces as small. */
  public static class HitDirect extends TierTarget {
    public HitDirect() {
      super(Medium.ROOMY, TierMode.DIRECT);
    }
  }

  /** Before media that are slow to write. */
  public static class Slow extends TierTarget {
    public Slow() {
      super(Medium.SLOW, TierMode.CACHED);
    }
  }

  /** On media that are slow to write. */
  public static class SlowDirect extends TierTarget {
    public SlowDirect() {
      super(Medium.SLOW, TierMode.DIRECT);
    }
  }

  /** With a quarter of it in DRAM at any time. */
  public static class Evicting extends TierTarget {
    public Evicting() {
      super(Medium.TIGHT, TierMode.CACHED);
    }
  }

  /** What {@link Evicting} is compared with. */
  public static class EvictingDirect extends TierTarget {
    public EvictingDirect() {
      super(Medium.TIGHT, TierMode.DIRECT);
    }
  }

  /** Where it lies, on blocks as large as pages. */
  public static class LargeBlocks extends TierTarget {
    public LargeBlocks() {
      super(Medium.PLAIN, TierMode.DIRECT);
    }
  }

  /** Where it lies, on blocks smaller than pages. */
  public static class SmallBlocks extends TierTarget {
    public SmallBlocks() {
      super(Medium.SMALL_BLOCKS, TierMode.DIRECT);
    }
  }
}
