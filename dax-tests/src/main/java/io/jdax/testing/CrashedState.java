package io.jdax.testing;

import io.jdax.persist.Persister;
import io.jdax.region.Region;

/**
 * What power loss has left. Region and persister are good until the verifier returns; what it
 * stores is undone if it goes through the persister (a mapped store counts when flushed).
 *
 * @param id with which the state can be had again: {@code run/point/choice}
 * @param region the image
 * @param persister of the region
 */
public record CrashedState(String id, Region region, Persister persister) {}
