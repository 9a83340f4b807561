package io.winnow.models.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/** The table of a noise schedule in native memory, as the kernels' functions take it. */
public final class NoiseTable {
  private NoiseTable() {}

  /**
   * @return float32 3×T, or 9×T where the variance is learned, see {@link NoiseSchedule#table}
   */
  public static NDArray upload(
      NDManager owner, NoiseSchedule schedule, double minSnr, boolean learnsVariance) {
    float[] table = schedule.table(minSnr, learnsVariance);
    int timesteps = schedule.timesteps();
    return owner.create(table, new Shape(table.length / timesteps, timesteps));
  }
}
