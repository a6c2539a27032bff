package io.jdax.block;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** The segments between position and limit of buffers, and the step that consumes them. */
final class Buffers {
  private Buffers() {}

  static MemorySegment writable(ByteBuffer buffer) {
    if (buffer.isReadOnly()) {
      throw new IllegalArgumentException("the destination buffer is read-only");
    }
    return MemorySegment.ofBuffer(buffer);
  }

  static MemorySegment[] writable(ByteBuffer[] buffers) {
    MemorySegment[] segments = new MemorySegment[buffers.length];
    for (int i = 0; i < buffers.length; i++) {
      segments[i] = writable(buffers[i]);
    }
    return segments;
  }

  static MemorySegment[] readable(ByteBuffer[] buffers) {
    MemorySegment[] segments = new MemorySegment[buffers.length];
    for (int i = 0; i < buffers.length; i++) {
      segments[i] = MemorySegment.ofBuffer(buffers[i]);
    }
    return segments;
  }

  static void consume(ByteBuffer... buffers) {
    for (ByteBuffer buffer : buffers) {
      buffer.position(buffer.limit());
    }
  }
}
