package io.jdax.tests.fsx;

import io.jdax.mm.DaxMapping;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Loads and stores of every width in every mode, as bytes in the order of memory. */
enum FsxAccess {
  PLAIN,
  OPAQUE,
  ACQUIRE_RELEASE,
  VOLATILE;

  /** All but plain ones refuse what is not aligned. */
  boolean wantsAlignment() {
    return this != PLAIN;
  }

  byte[] load(DaxMapping m, long at, int width) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(width).order(ByteOrder.nativeOrder());
    switch (width) {
      case 1 ->
          out.put(
              switch (this) {
                case PLAIN -> m.getByte(at);
                case OPAQUE -> m.getByteOpaque(at);
                case ACQUIRE_RELEASE -> m.getByteAcquire(at);
                case VOLATILE -> m.getByteVolatile(at);
              });
      case 2 ->
          out.putShort(
              switch (this) {
                case PLAIN -> m.getShort(at);
                case OPAQUE -> m.getShortOpaque(at);
                case ACQUIRE_RELEASE -> m.getShortAcquire(at);
                case VOLATILE -> m.getShortVolatile(at);
              });
      case 4 ->
          out.putInt(
              switch (this) {
                case PLAIN -> m.getInt(at);
                case OPAQUE -> m.getIntOpaque(at);
                case ACQUIRE_RELEASE -> m.getIntAcquire(at);
                case VOLATILE -> m.getIntVolatile(at);
              });
      default ->
          out.putLong(
              switch (this) {
                case PLAIN -> m.getLong(at);
                case OPAQUE -> m.getLongOpaque(at);
                case ACQUIRE_RELEASE -> m.getLongAcquire(at);
                case VOLATILE -> m.getLongVolatile(at);
              });
    }
    return out.array();
  }

  void store(DaxMapping m, long at, byte[] bytes, int width) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    switch (width) {
      case 1 -> {
        byte v = in.get();
        switch (this) {
          case PLAIN -> m.putByte(at, v);
          case OPAQUE -> m.putByteOpaque(at, v);
          case ACQUIRE_RELEASE -> m.putByteRelease(at, v);
          case VOLATILE -> m.putByteVolatile(at, v);
        }
      }
      case 2 -> {
        short v = in.getShort();
        switch (this) {
          case PLAIN -> m.putShort(at, v);
          case OPAQUE -> m.putShortOpaque(at, v);
          case ACQUIRE_RELEASE -> m.putShortRelease(at, v);
          case VOLATILE -> m.putShortVolatile(at, v);
        }
      }
      case 4 -> {
        int v = in.getInt();
        switch (this) {
          case PLAIN -> m.putInt(at, v);
          case OPAQUE -> m.putIntOpaque(at, v);
          case ACQUIRE_RELEASE -> m.putIntRelease(at, v);
          case VOLATILE -> m.putIntVolatile(at, v);
        }
      }
      default -> {
        long v = in.getLong();
        switch (this) {
          case PLAIN -> m.putLong(at, v);
          case OPAQUE -> m.putLongOpaque(at, v);
          case ACQUIRE_RELEASE -> m.putLongRelease(at, v);
          case VOLATILE -> m.putLongVolatile(at, v);
        }
      }
    }
  }

  /** compareAndSet of 4 or 8 aligned bytes. */
  static boolean swap(DaxMapping m, long at, byte[] expected, byte[] bytes, int width)
      throws IOException {
    ByteBuffer old = ByteBuffer.wrap(expected).order(ByteOrder.nativeOrder());
    ByteBuffer set = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    return width == 4
        ? m.compareAndSetInt(at, old.getInt(), set.getInt())
        : m.compareAndSetLong(at, old.getLong(), set.getLong());
  }
}
