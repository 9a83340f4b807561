package io.winnow.metrics;

import io.winnow.artifacts.features.FeatureRows;
import io.winnow.artifacts.features.Features;
import io.winnow.contracts.run.Memorisation;
import io.winnow.store.artifact.Manifest;
import io.winnow.torch.algebra.Algebra;
import io.winnow.torch.algebra.RowSet;
import java.util.Arrays;

/** Computes a {@link Memorisation}, reading the training rows shard by shard. */
final class MemorisationCheck {
  private static final int QUANTILE = 100;

  private final Algebra algebra;

  MemorisationCheck(Algebra algebra) {
    this.algebra = algebra;
  }

  /**
   * @param features of the data set; its train split contains the trained rows
   * @param trained rows of the train split in ascending order, at least one
   */
  Memorisation of(
      RowSet samples, RowSet heldout, Features features, long[] trained, Runnable alive) {
    double[] ofSamples = infinite(samples.rows());
    double[] ofHeldout = infinite(heldout.rows());
    long start = 0;
    int at = 0;
    for (Manifest.Entry shard : features.shards("train")) {
      long end = start + shard.object().rows();
      int first = at;
      while (at < trained.length && trained[at] < end) {
        at++;
      }
      if (at > first) {
        FeatureRows rows = features.read(shard);
        try (RowSet part = part(rows, trained, first, at, start)) {
          nearer(ofSamples, samples.nearest(part, 1, alive).squares());
          nearer(ofHeldout, heldout.nearest(part, 1, alive).squares());
        }
      }
      start = end;
    }
    return of(ofSamples, ofHeldout, trained.length);
  }

  private RowSet part(FeatureRows rows, long[] trained, int first, int end, long start) {
    int d = rows.dimension();
    float[] values = new float[(end - first) * d];
    for (int i = first; i < end; i++) {
      int row = (int) (trained[i] - start);
      System.arraycopy(rows.features(), row * d, values, (i - first) * d, d);
    }
    RowSet part = algebra.rows(end - first, d);
    part.put(values, 0);
    return part;
  }

  /**
   * @param samples squared distance of each sample to the nearest trained row
   * @param heldout squared distance of each held-out row
   * @param trained number of trained rows
   */
  static Memorisation of(double[] samples, double[] heldout, long trained) {
    double[] sorted = heldout.clone();
    Arrays.sort(sorted);
    int rank = sorted.length / QUANTILE;
    double threshold = sorted[rank];
    double[] below = Arrays.stream(samples).map(square -> square < threshold ? 1 : 0).toArray();
    double usual = Math.sqrt(median(heldout));
    return new Memorisation(
        Jackknife.ofMean(below),
        (rank + 1) / (sorted.length + 1.0),
        usual > 0 ? Math.sqrt(median(samples)) / usual : null,
        trained);
  }

  // the lower median: one of the squares, so its root is the lower median of the distances
  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(sorted.length - 1) / 2];
  }

  private static double[] infinite(int n) {
    double[] values = new double[n];
    Arrays.fill(values, Double.POSITIVE_INFINITY);
    return values;
  }

  private static void nearer(double[] least, double[] squares) {
    Arrays.setAll(least, i -> Math.min(least[i], squares[i]));
  }
}
