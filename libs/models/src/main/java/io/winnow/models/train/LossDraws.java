package io.winnow.models.train;

import io.winnow.contracts.Seeds;

/**
 * The timesteps and noise at which an image's loss is taken: M of them, draw m's timestep uniformly
 * in the m-th of M equal parts of [0, T). They follow from the image's row alone, so an image's
 * loss depends neither on the batch nor on its shard.
 *
 * @param seed of all draws
 * @param draws M, at least 1
 * @param timesteps T of the noise schedule
 */
public record LossDraws(long seed, int draws, int timesteps) {

  /** The timestep of draw m of an image, in [mT/M, (m+1)T/M) as far as that holds an integer. */
  public int timestep(long row, int m) {
    double u = (Seeds.of(seed, "loss.timestep", row, m) >>> 11) * 0x1p-53;
    return Math.min(timesteps - 1, (int) ((m + u) * timesteps / draws));
  }

  /** The seed of the noise of draw m of an image. */
  public long noise(long row, int m) {
    return Seeds.of(seed, "loss.noise", row, m);
  }
}
