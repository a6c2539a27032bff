package io.jdax.testing;

import io.jdax.persist.Persister;
import io.jdax.region.Region;

/**
 * What power loss has left. Region and persister are valid until the verifier returns. What it
 * stores through the persister is undone then, as are mapped stores that were flushed.
 *
 * @param id {@code run/point/choice}, by which the state can be made again
 * @param region holds what is left
 * @param persister of the region
 */
public record CrashedState(String id, Region region, Persister persister) {}
