package io.winnow.selection;

import io.winnow.contracts.Seeds;
import io.winnow.contracts.spec.SelectionSpec.Scope;
import java.util.Arrays;

/**
 * Minus the Euclidean distance of a row to the nearest of k centres of its group; the nearest rows
 * are kept. Centres are k-means's: k-means++ (Arthur and Vassilvitskii, SODA 2007) draws rows to
 * start from, each with a probability in proportion to the squared distance to the nearest centre
 * so far, and fewer than k where the group has fewer distinct rows; then Lloyd's algorithm (1982)
 * goes on until no row changes its centre, at most {@link #ITERATIONS} times. A centre that loses
 * all its rows moves to the row that is farthest from its own centre. Of equal distances the lower
 * centre, or row, is taken. The draws follow from the run's seed and the group alone.
 */
final class KMeansCriterion implements Criterion {
  static final int ITERATIONS = 100;

  private final GroupReader reader;
  private final int centres;
  private final long seed;

  /**
   * @param centres k
   * @param seed the run's
   */
  KMeansCriterion(GroupReader reader, int centres, long seed) {
    this.reader = reader;
    this.centres = centres;
    this.seed = seed;
  }

  @Override
  public Order order() {
    return Order.HIGHEST;
  }

  @Override
  public double[] scores(FeatureTable table, Scope scope) {
    return reader.scores(table, scope, n -> 0, this::score);
  }

  private double[] score(Group group, Runnable alive) {
    int n = group.rows();
    double[][] points = start(group, alive);
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
  private double[][] start(Group group, Runnable alive) {
    int n = group.rows();
    double[][] points = new double[Math.min(centres, n)][];
    double[] distances = new double[n];
    Arrays.fill(distances, Double.POSITIVE_INFINITY);
    int next = (int) (uniform(group, 0) * n);
    for (int c = 0; c < points.length; c++) {
      points[c] = group.row(next);
      double sum = 0;
      for (int i = 0; i < n; i++) {
        distances[i] = Math.min(distances[i], group.squaredDistance(i, points[c]));
        sum += distances[i];
      }
      if (sum == 0) {
        return Arrays.copyOf(points, c + 1); // every row is a centre already
      }
      next = draw(distances, uniform(group, c + 1) * sum);
      alive.run();
    }
    return points;
  }

  /** The first row at which the running sum of weights exceeds {@code at}. */
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

  private double uniform(Group group, int draw) {
    return (Seeds.of(seed, "select.k-means", group.index(), draw) >>> 11) * 0x1p-53;
  }

  /** The nearest centre of every row and the squared distance to it; whether one has changed. */
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

  /** Every centre to the mean of its rows; whether one had none and was moved to a far row. */
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
        // there are as many distinct rows as centres, so one is not its own centre
        int far = 0;
        for (int i = 1; i < distances.length; i++) {
          far = distances[i] > distances[far] ? i : far;
        }
        points[c] = group.row(far);
        distances[far] = 0; // the next empty centre moves to another
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
