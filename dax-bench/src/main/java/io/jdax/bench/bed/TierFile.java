package io.jdax.bench.bed;

import io.jdax.fs.DaxFile;
import io.jdax.fs.facts.TierMode;
import io.jdax.mm.DaxMapping;
import io.jdax.mm.Pin;
import io.jdax.mm.PinAccess;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A working set: a file that goes through DRAM, or one that does not, all of it written and
 * durable, with a mapping of all of it that is present as far as it fits.
 *
 * <p>In {@link Layout#PIECES} no two neighbouring pages lie side by side, in the blocks or in the
 * frames of the tier: the file is written by turns with another one of its kind.
 */
public final class TierFile implements AutoCloseable {
  public static final long BYTES = 64L << 20;

  /** Two files, each with a neighbour, and metadata. */
  public static final long REGION_BYTES = 5 * BYTES;

  final DaxFile file;
  final DaxMapping mapping;
  private final ScratchFile scratch;
  private final @Nullable ScratchFile neighbour;

  private TierFile(ScratchFile scratch, @Nullable ScratchFile neighbour) throws IOException {
    this.scratch = scratch;
    this.neighbour = neighbour;
    this.file = scratch.file;
    this.mapping = file.map(0, BYTES);
  }

  static TierFile write(FileBed bed, TierMode mode) throws IOException {
    ScratchFile scratch = ScratchFile.create(bed);
    scratch.file.setTier(mode);
    ScratchFile neighbour = null;
    if (bed.medium.layout() == Layout.EXTENTS) {
      scratch.fill(0, BYTES);
    } else {
      neighbour = ScratchFile.create(bed);
      neighbour.file.setTier(mode);
      scratch.writeInTurns(neighbour, BYTES);
      neighbour.file.fsync();
    }
    scratch.file.fsync();
    if (mode == TierMode.DIRECT) {
      scratch.settle();
      scratch.requireInPlace(BYTES);
    }
    TierFile made = new TierFile(scratch, neighbour);
    made.mapping.populate(0, BYTES, true); // faults are measured where they are the subject
    if (neighbour != null) {
      made.requirePieces();
    }
    return made;
  }

  private void requirePieces() throws IOException {
    try (Pin pin = file.pin(0, BYTES, PinAccess.READ, false)) {
      int pieces = pin.segments().size();
      if (pieces < BYTES / FileBed.PAGE / 2) {
        throw new IOException("pages that should lie apart in memory are " + pieces + " pieces");
      }
    }
  }

  @Override
  public void close() throws IOException {
    mapping.close();
    scratch.close();
    if (neighbour != null) {
      neighbour.close();
    }
  }
}
