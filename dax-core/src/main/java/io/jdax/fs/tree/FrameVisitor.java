package io.jdax.fs.tree;

/** Is shown frames of the device. */
@FunctionalInterface
public interface FrameVisitor {
  /** A frame. */
  void frame(long pfn);
}
