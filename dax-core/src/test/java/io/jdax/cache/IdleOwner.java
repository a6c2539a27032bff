package io.jdax.cache;

import java.io.IOException;

/** A file that keeps its pages, and has nothing to write back. */
class IdleOwner implements FrameOwner {
  @Override
  public boolean unmap(long[] pages, int count) {
    return false;
  }

  @Override
  public void writeBack(long[] pages, int count) throws IOException {}

  @Override
  public int evict(long[] pages, int count) {
    return 0;
  }

  @Override
  public void writeBackAll() throws IOException {}

  @Override
  public void failed(IOException e) {}
}
