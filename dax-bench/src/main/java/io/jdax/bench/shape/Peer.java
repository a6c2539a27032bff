package io.jdax.bench.shape;

import io.jdax.bench.bed.Peers;
import io.jdax.region.RegionKind;
import org.jspecify.annotations.Nullable;

/** Who does the work of a row, in the order in which rows are shown, and when that one can't. */
public enum Peer {
  JDAX("jdax"),
  C("C"),
  LIBPMEM("libpmem"),
  KERNEL("kernel"),
  JAVA("MemorySegment"),
  CHANNEL("FileChannel");

  private final String label;

  Peer(String label) {
    this.label = label;
  }

  /** The name in charts. */
  public String label() {
    return label;
  }

  /** Whether it is code of ours or of others that has to be installed. */
  public boolean isNative() {
    return this == C || this == LIBPMEM || this == KERNEL;
  }

  /** Why rows of this peer can't be measured on a region of this kind, or null when they can. */
  public @Nullable String absence(RegionKind kind) {
    return switch (this) {
      case JDAX -> null;
      case C, KERNEL -> Peers.absence();
      case LIBPMEM -> Peers.libpmemAbsence();
      case JAVA -> null;
      case CHANNEL ->
          kind == RegionKind.DEVDAX
              ? "not possible: a device-dax has no read, write or fsync"
              : null;
    };
  }
}
