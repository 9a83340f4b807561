package io.winnow.metrics;

import io.winnow.artifacts.features.FeatureRows;
import io.winnow.artifacts.features.Features;
import io.winnow.store.artifact.Manifest;
import io.winnow.torch.algebra.Algebra;
import io.winnow.torch.algebra.RowSet;
import io.winnow.torch.algebra.Rows;
import java.util.Arrays;

/**
 * Features of a split on the engine, ordered by class, and within a class in the order of the
 * split. Every class is therefore a range, and the positions with equal remainder modulo {@link
 * Jackknife#GROUPS} form a group with its share of every class.
 */
final class EvaluationFeatures implements AutoCloseable {
  private final RowSet all;
  private final int[] starts;

  private EvaluationFeatures(RowSet all, int[] starts) {
    this.all = all;
    this.starts = starts;
  }

  /**
   * @param most maximum number of rows, from the start of the split
   * @param alive called for every shard
   */
  static EvaluationFeatures of(
      Algebra algebra, Features features, String split, int most, Runnable alive) {
    int n = Math.min(most, features.rows(split));
    int d = features.dimension();
    int[] starts = starts(features, split, n);
    int[] next = Arrays.copyOf(starts, features.classes());
    RowSet all = algebra.rows(n, d);
    try {
      int left = n;
      for (Manifest.Entry shard : features.shards(split)) {
        if (left == 0) {
          break;
        }
        FeatureRows rows = features.read(shard);
        int count = Math.min(left, rows.rows());
        for (int at = 0; at < count; at += Rows.block(d)) {
          int size = Math.min(Rows.block(d), count - at);
          long[] positions = new long[size];
          for (int i = 0; i < size; i++) {
            positions[i] = next[rows.labels()[at + i]]++;
          }
          all.put(new Rows(rows.features(), at, size, d), positions);
        }
        left -= count;
        alive.run();
      }
      return new EvaluationFeatures(all, starts);
    } catch (RuntimeException e) {
      all.close();
      throw e;
    }
  }

  // the first position of each class, and the end of the last
  private static int[] starts(Features features, String split, int n) {
    int[] starts = new int[features.classes() + 1];
    int left = n;
    for (Manifest.Entry shard : features.shards(split)) {
      if (left == 0) {
        break;
      }
      int[] labels = features.labels(shard);
      for (int i = 0; i < Math.min(left, labels.length); i++) {
        starts[labels[i] + 1]++;
      }
      left -= Math.min(left, labels.length);
    }
    Arrays.parallelPrefix(starts, Integer::sum);
    return starts;
  }

  RowSet all() {
    return all;
  }

  int rows() {
    return all.rows();
  }

  int classes() {
    return starts.length - 1;
  }

  /** Number of rows of a class. */
  int rows(int c) {
    return starts[c + 1] - starts[c];
  }

  /** The rows of a class; must be closed before this. */
  RowSet ofClass(int c) {
    return all.range(starts[c], starts[c + 1]);
  }

  @Override
  public void close() {
    all.close();
  }
}
