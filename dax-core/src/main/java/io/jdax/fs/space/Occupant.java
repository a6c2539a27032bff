package io.jdax.fs.space;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.jdax.fs.error.DeviceBusyException;
import io.jdax.region.Region;
import io.jdax.region.RegionHold;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What has a device to itself: a mounted file system, one that is being made, or a check. A second
 * one would know nothing of the first. The region below does not close meanwhile.
 */
public final class Occupant {
  /** By the region of a device with direct access, else by the device. */
  @GuardedBy("BY_KEY")
  private static final Map<Object, Occupant> BY_KEY = new WeakHashMap<>();

  private final @Nullable RegionHold hold;
  private volatile String what;

  private Occupant(Object key, String what) {
    this.what = what;
    // A device of sectors has no memory that could be reached after its end; it refuses by itself.
    this.hold = key instanceof Region region ? region.hold(() -> this.what) : null;
  }

  /**
   * Takes a device, until {@link #leave}.
   *
   * @param key the region of a device with direct access, else the device
   * @param name what messages call the device
   * @param what a phrase that says what has it
   * @throws DeviceBusyException something else has it
   * @throws IllegalStateException the region is closed
   */
  public static void occupy(Object key, String name, String what) throws DeviceBusyException {
    synchronized (BY_KEY) {
      Occupant other = BY_KEY.get(key);
      if (other != null) {
        throw new DeviceBusyException(name, other.what);
      }
      BY_KEY.put(key, new Occupant(key, what));
    }
  }

  /** Changes the phrase that says what has the device. */
  public static void becomes(Object key, String what) {
    synchronized (BY_KEY) {
      Occupant occupant = BY_KEY.get(key);
      if (occupant != null) {
        occupant.what = what;
      }
    }
  }

  /** Gives a device back: others may have it, and it may be closed. */
  public static void leave(Object key) {
    synchronized (BY_KEY) {
      Occupant occupant = BY_KEY.remove(key);
      if (occupant != null && occupant.hold != null) {
        occupant.hold.close();
      }
    }
  }
}
