package io.jdax.fs.tree;

import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.util.List;
import java.util.random.RandomGenerator;

/** For tests of other packages: what power loss could leave at every drain. */
public final class PowerFailures {
  private PowerFailures() {}

  /**
   * A persister that collects images.
   *
   * @param images is given some before each drain
   */
  public static Persister collecting(
      Region region, RandomGenerator random, int perDrain, List<byte[]> images) {
    PowerFailPersister persister = new PowerFailPersister(region);
    persister.observe(
        () -> {
          for (int i = 0; i < perDrain; i++) {
            images.add(persister.imageAfterPowerLoss(random));
          }
        });
    return persister;
  }
}
