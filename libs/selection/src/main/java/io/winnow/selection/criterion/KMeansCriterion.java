package io.winnow.selection.criterion;

import io.winnow.contracts.Seeds;
import io.winnow.selection.features.FeatureTable;
import io.winnow.selection.group.Group;
import java.util.Arrays;

/**
 * Minus the Euclidean distance of a row to the nearest of k cluster centres of its group; the
 * nearest rows are kept. k-means++ (Arthur and Vassilvitskii, SODA 2007) draws the initial centres
 * among the rows, each with a probability proportional to the squared distance to the nearest
 * centre so far, and fewer than k if the group has fewer distinct rows. Lloyd's algorithm (1982)
 * then iterates until no row changes its centre, at most {@link #ITERATIONS} times. A centre that
 * loses all its rows moves to the row that is farthest from its own centre. Ties go to the lower
 * centre or row index. The draws depend on the seed and the group only.
 */
final class KMeansCriterion implements Criterion {
  static final int ITERATIONS = 100;

  @Override
  public String name() {
    return "k-means";
  }

  @Override
  public String description() {
    return "Distance to the nearest of k cluster centres of the class; the nearest are kept";
  }

  @Override
  public Order order() {
    return Order.HIGHEST;
  }

  @Override
  public boolean draws() {
    return true;
  }

  @Override
  public boolean clusters() {
    return true;
  }

  @Override
  public double[] scores(FeatureTable table, Scoring scoring) {
    return scoring
        .reader()
        .scores(
            table,
            scoring.scope(),
            n -> 0,
            (group, alive) -> score(group, scoring.clusters(), scoring.seed(), alive));
  }

  private static double[] score(Group group, int clusters, long seed, Runnable alive) {
    int n = group.rows();
    double[][] points = start(group, clusters, seed, alive);
    int[] nearest = new int[n];
    double[] distances = new double[n];
    boolean moved = assign(group, points, nearest, distances, true);
    for (int i = 0; i < ITERATIONS && moved; i++) {
      boolean revived = update(group, points, nearest, distances);
      moved = assign(group, points, nearest, distances, false) || revived;
      alive.run();
    }
    return Arrays.stream(distances).map(square -> 0.0 - Math.sqrt(square)).toArray();
  }

  /** k-means++. */
  private static double[][] start(Group group, int clusters, long seed, Runnable alive) {
    int n = group.rows();
    double[][] points = new double[Math.min(clusters, n)][];
    double[] distances = new double[n];
    Arrays.fill(distances, Double.POSITIVE_INFINITY);
    int next = (int) (uniform(seed, group, 0) * n);
    for (int c = 0; c < points.length; c++) {
      points[c] = group.row(next);
      double sum = 0;
      for (int i = 0; i < n; i++) {
        distances[i] = Math.min(distances[i], group.squaredDistance(i, points[c]));
        sum += distances[i];
      }
      if (sum == 0) {
        return Arrays.copyOf(points, c + 1); // every distinct row is a centre
      }
      next = draw(distances, uniform(seed, group, c + 1) * sum);
      alive.run();
    }
    return points;
  }

  /** The first row at which the cumulative sum of weights exceeds {@code at}. */
  private static int draw(double[] weights, double at) {
    double sum = 0;
    int last = 0;
    for (int i = 0; i < weights.length; i++) {
      sum += weights[i];
      if (sum > at) {
        return i;
      }
      last = weights[i] > 0 ? i : last;
    }
    return last; // rounding made the draw the whole sum
  }

  private static double uniform(long seed, Group group, int draw) {
    return (Seeds.of(seed, "select.k-means", group.index(), draw) >>> 11) * 0x1p-53;
  }

  /**
   * Finds the nearest centre of every row and the squared distance; returns whether any changed.
   */
  private static boolean assign(
      Group group, double[][] points, int[] nearest, double[] distances, boolean first) {
    int[] before = nearest.clone();
    group.each(
        i -> {
          int best = 0;
          double least = Double.POSITIVE_INFINITY;
          for (int c = 0; c < points.length; c++) {
            double distance = group.squaredDistance(i, points[c]);
            if (distance < least) {
              least = distance;
              best = c;
            }
          }
          nearest[i] = best;
          distances[i] = least;
        });
    return first || !Arrays.equals(before, nearest);
  }

  /** Moves every centre to the mean of its rows; returns whether one without rows was moved. */
  private static boolean update(Group group, double[][] points, int[] nearest, double[] distances) {
    int d = group.dimension();
    int[] counts = new int[points.length];
    double[][] sums = new double[points.length][d];
    for (int i = 0; i < nearest.length; i++) {
      counts[nearest[i]]++;
      double[] sum = sums[nearest[i]];
      for (int j = 0; j < d; j++) {
        sum[j] += group.features()[i * d + j];
      }
    }
    boolean revived = false;
    for (int c = 0; c < points.length; c++) {
      if (counts[c] == 0) {
        // there are at least as many distinct rows as centres, so some row is not a centre
        int far = 0;
        for (int i = 1; i < distances.length; i++) {
          far = distances[i] > distances[far] ? i : far;
        }
        points[c] = group.row(far);
        distances[far] = 0; // another empty centre must not move here too
        revived = true;
      } else {
        for (int j = 0; j < d; j++) {
          points[c][j] = sums[c][j] / counts[c];
        }
      }
    }
    return revived;
  }
}
