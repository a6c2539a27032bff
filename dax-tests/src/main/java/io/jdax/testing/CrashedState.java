package io.jdax.testing;

import io.jdax.persist.Persister;
import io.jdax.region.Region;

/**
 * What power loss, or a kill, has left. Region and persister are valid until the verifier returns.
 * What it stores is undone then.
 *
 * @param id {@code run/point/choice}, by which the state can be made again
 * @param region holds what is left
 * @param persister of the region
 */
public record CrashedState(String id, Region region, Persister persister) {
  /**
   * Whether only the process has ended: all that was stored is there, durable or not. A promise may
   * say more of it than of a loss of power.
   */
  public boolean isKilled() {
    return id.endsWith("/" + CrashPoint.KILLED);
  }
}
