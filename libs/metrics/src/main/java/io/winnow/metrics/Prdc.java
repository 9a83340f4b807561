package io.winnow.metrics;

import io.winnow.contracts.run.Measure;
import io.winnow.torch.algebra.RowSet;
import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Precision, recall, density and coverage: how a set of rows X (samples, or a coreset) and a set of
 * rows Y (held-out rows, or all rows) cover each other by closed balls B_k(z) around each row, up
 * to its k-th nearest other row of the same set.
 *
 * <p>Precision and recall (Kynkäänniemi et al., arXiv 1904.06991), k = {@value
 * #MANIFOLD_NEIGHBOUR}: the share of the x inside any B(y), and of the y inside any B(x). Density
 * and coverage (Naeem et al., arXiv 2002.09797), k = {@value #DENSITY_NEIGHBOUR}: Σ over x of the
 * number of B(y) that contain it, divided by k·|X|; and the share of the y whose B(y) contains any
 * x.
 *
 * @param precision null, like the others, if a set has no more rows than k
 */
public record Prdc(Measure precision, Measure recall, Measure density, Measure coverage) {
  public static final int MANIFOLD_NEIGHBOUR = 3;
  public static final int DENSITY_NEIGHBOUR = 5;
  // nearest samples to search for, so that three remain almost surely without any one of ten groups
  private static final int SEARCHED = 12;
  private static final double NO_BALL = -1;

  static final Prdc NONE = new Prdc(null, null, null, null);

  /**
   * @param x samples
   * @param y held-out rows
   * @param spread whether to estimate spreads, too
   * @param alive called regularly
   */
  public static Prdc of(RowSet x, RowSet y, boolean spread, Runnable alive) {
    if (Math.min(x.rows(), y.rows()) <= DENSITY_NEIGHBOUR) {
      return NONE;
    }
    int groups = spread && Jackknife.possible(x.rows()) ? Jackknife.GROUPS : 0;
    RowSet.Nearest nearest = y.nearest(y, DENSITY_NEIGHBOUR, alive);
    double[] radii = radii(nearest, y.rows(), DENSITY_NEIGHBOUR);
    double[][] balls = {radii(nearest, y.rows(), MANIFOLD_NEIGHBOUR), radii};
    long[][] inside = x.inside(y, balls, alive);
    double[] precise = Arrays.stream(inside[0]).mapToDouble(count -> count > 0 ? 1 : 0).toArray();
    double[] density =
        Arrays.stream(inside[1]).mapToDouble(c -> c / (double) DENSITY_NEIGHBOUR).toArray();
    double[][] toGroups = y.nearestOfGroups(x, Math.max(1, groups), alive);
    return new Prdc(
        mean(precise, groups),
        recall(x, y, groups, alive),
        mean(density, groups),
        coverage(toGroups, radii, groups));
  }

  /**
   * Recall alone, for any number of rows: a ball whose row has fewer than k neighbours reaches to
   * the farthest one, and has the radius 0 without any.
   *
   * @param x may be empty
   * @param y at least one row
   */
  public static double recall(RowSet x, RowSet y, Runnable alive) {
    return recall(x, y, 0, alive).value();
  }

  /** Coverage alone, for any number of rows; see {@link #recall(RowSet, RowSet, Runnable)}. */
  public static double coverage(RowSet x, RowSet y, Runnable alive) {
    double[] radii = radii(y.nearest(y, DENSITY_NEIGHBOUR, alive), y.rows(), DENSITY_NEIGHBOUR);
    return coverage(y.nearestOfGroups(x, 1, alive), radii, 0).value();
  }

  private static Measure mean(double[] values, int groups) {
    return groups == 0
        ? Measure.of(Arrays.stream(values).sum() / values.length)
        : Jackknife.ofMean(values);
  }

  private static Measure recall(RowSet x, RowSet y, int groups, Runnable alive) {
    RowSet.Nearest nearest = x.nearest(x, groups == 0 ? MANIFOLD_NEIGHBOUR : SEARCHED, alive);
    double[][] balls = new double[1 + groups][];
    balls[0] = radii(nearest, x.rows(), MANIFOLD_NEIGHBOUR);
    for (int g = 0; g < groups; g++) {
      int removed = g;
      balls[1 + g] = radiiWithout(nearest, x.rows(), i -> i % Jackknife.GROUPS == removed);
    }
    double[] shares =
        Arrays.stream(y.inside(x, balls, alive)).mapToDouble(Prdc::positive).toArray();
    return Jackknife.measure(shares[0], Arrays.copyOfRange(shares, 1, shares.length));
  }

  private static double positive(long[] counts) {
    return Arrays.stream(counts).filter(count -> count > 0).count() / (double) counts.length;
  }

  /** Squared distances to the k-th nearest row, or to the farthest of fewer; 0 without any. */
  private static double[] radii(RowSet.Nearest nearest, int rows, int k) {
    double[] radii = new double[rows];
    int last = Math.min(k, nearest.k()) - 1;
    for (int i = 0; i < rows && last >= 0; i++) {
      radii[i] = nearest.squares()[i * nearest.k() + last];
    }
    return radii;
  }

  /** The same without some of the rows, which have no ball then. */
  private static double[] radiiWithout(RowSet.Nearest nearest, int rows, IntPredicate removed) {
    double[] radii = new double[rows];
    for (int i = 0; i < rows; i++) {
      int left = MANIFOLD_NEIGHBOUR;
      for (int j = i * nearest.k(); j < (i + 1) * nearest.k() && left > 0; j++) {
        if (!removed.test(nearest.index()[j])) {
          radii[i] = nearest.squares()[j];
          left--;
        }
      }
      radii[i] = removed.test(i) ? NO_BALL : radii[i];
    }
    return radii;
  }

  // nearest: squared distance of each y to the nearest x of each group
  private static Measure coverage(double[][] nearest, double[] radii, int groups) {
    double[] leftOut =
        IntStream.range(0, groups).mapToDouble(g -> covered(nearest, radii, g)).toArray();
    return Jackknife.measure(covered(nearest, radii, -1), leftOut);
  }

  private static double covered(double[][] nearest, double[] radii, int without) {
    int covered = 0;
    for (int i = 0; i < radii.length; i++) {
      boolean any = false;
      for (int g = 0; g < nearest.length; g++) {
        any |= g != without && nearest[g][i] <= radii[i];
      }
      covered += any ? 1 : 0;
    }
    return covered / (double) radii.length;
  }
}
