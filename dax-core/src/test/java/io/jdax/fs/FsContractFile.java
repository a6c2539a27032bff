package io.jdax.fs;

import io.jdax.fs.facts.FileExtent;
import io.jdax.mm.ExtentState;
import io.jdax.mm.engine.AddressSpace;
import io.jdax.mm.engine.ContractFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A file of {@link FsContractDisk}. */
final class FsContractFile implements ContractFile {
  private final DaxFile file;

  FsContractFile(DaxFile file) {
    this.file = file;
  }

  @Override
  public AddressSpace space() {
    return file.addressSpace();
  }

  @Override
  public void write(long offset, byte[] bytes) throws IOException {
    file.write(offset, MemorySegment.ofArray(bytes));
  }

  @Override
  public byte[] read(long offset, int length) throws IOException {
    byte[] out = new byte[length];
    return Arrays.copyOf(out, Math.max(0, file.read(offset, MemorySegment.ofArray(out))));
  }

  @Override
  public void truncate(long size, long timeoutNanos) throws IOException {
    file.truncate(size, Duration.ofNanos(timeoutNanos));
  }

  @Override
  public void punch(long firstPage, long pageCount, long timeoutNanos) throws IOException {
    file.punchHole(firstPage << 12, pageCount << 12, Duration.ofNanos(timeoutNanos));
  }

  @Override
  public void allocate(long firstPage, long pageCount) throws IOException {
    file.allocate(firstPage << 12, pageCount << 12, false);
  }

  @Override
  public ExtentState state(long page) throws IOException {
    FileExtent extent = extent(page);
    return extent == null ? ExtentState.HOLE : extent.state();
  }

  @Override
  public long pfn(long page) throws IOException {
    FileExtent extent = extent(page);
    return extent == null ? 0 : extent.pfn() + page - (extent.offset() >>> 12);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private @Nullable FileExtent extent(long page) throws IOException {
    long at = page << 12;
    for (FileExtent e : file.extents()) {
      if (e.offset() <= at && at < e.offset() + e.length()) {
        return e;
      }
    }
    return null;
  }
}
