package io.jdax.persist;

import io.jdax.region.Region;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Gives each test a small region and a persister, and asserts afterwards that the flushes were
 *
 * <ul>
 *   <li>sufficient: at the last durability point no dirty line was left;
 *   <li>efficient: no clean line was flushed.
 * </ul>
 *
 * <pre>
 *   &#64;RegisterExtension final PersistenceCheck check = new PersistenceCheck(1 &lt;&lt; 20);
 *   … check.region(), check.persister() …
 * </pre>
 *
 * A test that fails by itself is left alone. One that formats a region first calls {@code
 * persister().reset()} after that, unless the format is what it tests.
 */
public final class PersistenceCheck implements BeforeEachCallback, AfterEachCallback {
  private final long sizeBytes;
  private @Nullable Region region;
  private @Nullable RecordingPersister persister;

  public PersistenceCheck(long sizeBytes) {
    this.sizeBytes = sizeBytes;
  }

  /** The test's own region, of zeros. */
  public Region region() {
    return orFail(region);
  }

  /** Records, and does the work by what suits this machine. */
  public RecordingPersister persister() {
    return orFail(persister);
  }

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    begin();
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    end(context.getExecutionException().isEmpty());
  }

  void begin() throws IOException {
    region = Region.anonymous("persistence-check", sizeBytes);
    persister = RecordingPersister.around(Persister.of(region));
  }

  void end(boolean succeeded) throws IOException {
    try (Region mine = region()) {
      if (succeeded && mine.isOpen()) {
        verify(persister());
      }
    }
  }

  /** The two assertions, for a test that has several regions. */
  public static void verify(RecordingPersister persister) {
    List<Long> dirty = persister.dirtyAtLastDrain();
    if (!dirty.isEmpty()) {
      throw new AssertionError(
          "not sufficient: lines left dirty at the last durability point: " + some(dirty));
    }
    if (persister.drains() == 0 && !persister.unpersistedLines().isEmpty()) {
      throw new AssertionError(
          "not sufficient: no durability point at all, and lines that differ: "
              + some(persister.unpersistedLines()));
    }
    if (!persister.cleanFlushes().isEmpty()) {
      throw new AssertionError(
          "not efficient: clean lines flushed: " + some(persister.cleanFlushes()));
    }
  }

  private static String some(List<Long> lines) {
    return lines.size() + " at " + lines.subList(0, Math.min(lines.size(), 16));
  }

  private static <T> T orFail(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("only inside a test");
    }
    return value;
  }
}
