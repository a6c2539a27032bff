package io.jdax.os;

import io.jdax.machine.Errno;
import io.jdax.machine.StubCopyKind;
import io.jdax.machine.StubFlushKind;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * What the handles of {@link StubHandles} lead to when there is no library. Nothing can be flushed
 * or streamed ({@code -ENOSYS}), and a drain is the JVM's own full fence.
 */
final class StubNone {
  private StubNone() {}

  static long jdax_cpu_features() {
    return 0;
  }

  static long jdax_select(long flush, long copy) {
    return -Errno.ENOSYS;
  }

  static long jdax_flush_kind() {
    return StubFlushKind.NONE.code();
  }

  static long jdax_copy_kind() {
    return StubCopyKind.BASELINE.code();
  }

  static long jdax_flush(long address, long bytes) {
    return -Errno.ENOSYS;
  }

  static long jdax_drain() {
    VarHandle.fullFence();
    return 0;
  }

  static long jdax_persist(long address, long bytes) {
    return -Errno.ENOSYS;
  }

  static long jdax_copy_nodrain(long dst, long src, long bytes) {
    return -Errno.ENOSYS;
  }

  static long jdax_copy_nodrain(long dst, long src, long bytes, MemorySegment held) {
    return -Errno.ENOSYS;
  }

  static long jdax_copy_nodrain(long dst, MemorySegment src, long bytes) {
    return -Errno.ENOSYS;
  }

  static long jdax_copy_persist(long dst, long src, long bytes) {
    return -Errno.ENOSYS;
  }

  static long jdax_copy_persist(long dst, long src, long bytes, MemorySegment held) {
    return -Errno.ENOSYS;
  }

  static long jdax_copy_persist(long dst, MemorySegment src, long bytes) {
    return -Errno.ENOSYS;
  }

  static long jdax_fill_nodrain(long dst, long value, long bytes) {
    return -Errno.ENOSYS;
  }

  static long jdax_fill_persist(long dst, long value, long bytes) {
    return -Errno.ENOSYS;
  }

  static long jdax_copy_read(long dst, long src, long bytes) {
    return -Errno.ENOSYS;
  }

  static long jdax_copy_read(long dst, long src, long bytes, MemorySegment held) {
    return -Errno.ENOSYS;
  }

  static long jdax_copy_read(MemorySegment dst, long src, long bytes) {
    return -Errno.ENOSYS;
  }

  static long jdax_compare_and_set_32(long address, long expected, long value) {
    return -Errno.ENOSYS;
  }

  static long jdax_compare_and_set_64(long address, long expected, long value) {
    return -Errno.ENOSYS;
  }
}
