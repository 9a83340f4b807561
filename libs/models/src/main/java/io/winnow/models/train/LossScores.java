package io.winnow.models.train;

import io.winnow.datasets.RowSource;

/**
 * The denoising loss of every row: the mean, over M stratified timesteps t and noise ε, of ‖ε̂(x_t,
 * t, y) − ε‖² / pixels, summed in float64 in the order of the draws. Draws are taken in order of
 * rows, a batch at a time; the last batch is filled up with its last draw, so that the engine
 * always computes with one size. Can stop after any batch and go on from its {@link #sums}.
 */
public final class LossScores {
  private final Model model;
  private final LossDraws draws;
  private final RowSource rows;
  private final int batch;
  private final double[] sums;
  private long done;

  /** The losses of a batch, an image at a timestep and with noise of its own. */
  @FunctionalInterface
  public interface Model {
    float[] losses(byte[] images, int[] labels, int[] timesteps, long[] noiseSeeds);
  }

  /**
   * @param batch draws at a time
   * @param sums of losses so far, one a row; owned from here on
   * @param done draws that are in them
   */
  public LossScores(
      Model model, LossDraws draws, RowSource rows, int batch, double[] sums, long done) {
    this.model = model;
    this.draws = draws;
    this.rows = rows;
    this.batch = batch;
    this.sums = sums;
    this.done = done;
  }

  /** Draws in all, M of each row. */
  public long total() {
    return (long) rows.rows() * draws.draws();
  }

  /** Draws taken. */
  public long done() {
    return done;
  }

  /** Takes the next batch; there must be one. */
  public void step() {
    int size = rows.shape().bytes();
    byte[] images = new byte[batch * size];
    int[] labels = new int[batch];
    int[] timesteps = new int[batch];
    long[] seeds = new long[batch];
    for (int i = 0; i < batch; i++) {
      long draw = Math.min(done + i, total() - 1);
      int row = row(draw);
      int m = (int) (draw % draws.draws());
      rows.copy(row, images, i * size);
      labels[i] = rows.label(row);
      timesteps[i] = draws.timestep(row, m);
      seeds[i] = draws.noise(row, m);
    }
    float[] losses = model.losses(images, labels, timesteps, seeds);
    int taken = (int) Math.min(batch, total() - done);
    for (int i = 0; i < taken; i++) {
      sums[row(done + i)] += losses[i];
    }
    done += taken;
  }

  private int row(long draw) {
    return (int) (draw / draws.draws());
  }

  /** The sums so far, a copy. */
  public double[] sums() {
    return sums.clone();
  }

  /** The loss of every row, once all draws are taken. */
  public double[] means() {
    double[] means = new double[sums.length];
    for (int row = 0; row < means.length; row++) {
      means[row] = sums[row] / draws.draws();
    }
    return means;
  }
}
