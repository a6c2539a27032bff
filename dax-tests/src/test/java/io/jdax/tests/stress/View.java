package io.jdax.tests.stress;

import io.jdax.mm.DaxMapping;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A mapping for actors, which may not throw checked exceptions: a failure ends the race with an
 * error, which counts as a forbidden outcome.
 */
record View(DaxMapping mapping) {
  int getInt(long at) {
    try {
      return mapping.getInt(at);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void putInt(long at, int value) {
    try {
      mapping.putInt(at, value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int getIntOpaque(long at) {
    try {
      return mapping.getIntOpaque(at);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void putIntOpaque(long at, int value) {
    try {
      mapping.putIntOpaque(at, value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int getIntAcquire(long at) {
    try {
      return mapping.getIntAcquire(at);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void putIntRelease(long at, int value) {
    try {
      mapping.putIntRelease(at, value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int getIntVolatile(long at) {
    try {
      return mapping.getIntVolatile(at);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void putIntVolatile(long at, int value) {
    try {
      mapping.putIntVolatile(at, value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean compareAndSetInt(long at, int expected, int value) {
    try {
      return mapping.compareAndSetInt(at, expected, value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
