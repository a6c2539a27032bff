package io.jdax.tools;

import io.jdax.fs.DaxFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/** An open file inside a file system, to be copied. */
record InsideFile(String name, DaxFile file) implements SparseCopy.Source {
  @Override
  public long nextData(long offset) throws IOException {
    return file.nextData(offset);
  }

  /** For a file that has been truncated meanwhile, the largest offset; reading it tells. */
  @Override
  public long nextHole(long offset) throws IOException {
    long hole = file.nextHole(offset);
    return hole < 0 ? Long.MAX_VALUE : hole;
  }

  @Override
  public int read(long offset, ByteBuffer into) throws IOException {
    return file.read(offset, into);
  }
}
