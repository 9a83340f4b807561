package io.winnow.metrics;

import io.winnow.contracts.run.Measure;
import io.winnow.torch.algebra.RowSet;
import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * How samples X and held-out rows Y cover each other by closed balls B_k(z) about each row, up to
 * its k-th nearest other row of the same set.
 *
 * <p>Precision and recall (Kynkäänniemi et al., arXiv 1904.06991), k = 3: the share of the x within
 * any B(y), and of the y within any B(x). Density and coverage (Naeem et al., arXiv 2002.09797), k
 * = 5: Σ over x of how many B(y) hold it, over k·|X|; and the share of the y whose B(y) holds any
 * x.
 *
 * @param precision null, as all, where a side has no more rows than k
 */
public record NeighbourMeasures(
    Measure precision, Measure recall, Measure density, Measure coverage) {
  private static final int MANIFOLD = 3;
  private static final int DENSITY = 5;
  // a sample's nearest, of which three are left without any group of ten, all but surely
  private static final int KEPT = 12;
  private static final double NO_BALL = -1;

  static final NeighbourMeasures NONE = new NeighbourMeasures(null, null, null, null);

  /**
   * @param spread whether to take spreads too
   * @param alive called now and then
   */
  public static NeighbourMeasures of(
      RowSet samples, RowSet heldout, boolean spread, Runnable alive) {
    if (Math.min(samples.rows(), heldout.rows()) <= DENSITY) {
      return NONE;
    }
    int groups = spread && Jackknife.possible(samples.rows()) ? Jackknife.GROUPS : 0;
    RowSet.Nearest real = heldout.nearest(heldout, DENSITY, alive);
    double[] radii = radii(real, DENSITY, i -> true, false);
    double[][] balls = {radii(real, MANIFOLD, i -> true, false), radii};
    long[][] held = samples.inside(heldout, balls, alive);
    double[] within = Arrays.stream(held[0]).mapToDouble(count -> count > 0 ? 1 : 0).toArray();
    double[] density = Arrays.stream(held[1]).mapToDouble(c -> c / (double) DENSITY).toArray();
    double[][] nearest = heldout.nearestOfGroups(samples, Math.max(1, groups), alive);
    return new NeighbourMeasures(
        mean(within, groups),
        recall(samples, heldout, groups, alive),
        mean(density, groups),
        coverage(nearest, radii, groups));
  }

  private static Measure mean(double[] values, int groups) {
    return groups == 0
        ? Measure.of(Arrays.stream(values).sum() / values.length)
        : Jackknife.ofMean(values);
  }

  private static Measure recall(RowSet samples, RowSet heldout, int groups, Runnable alive) {
    RowSet.Nearest fake = samples.nearest(samples, groups == 0 ? MANIFOLD : KEPT, alive);
    double[][] balls = new double[1 + groups][];
    balls[0] = radii(fake, MANIFOLD, i -> true, false);
    for (int g = 0; g < groups; g++) {
      int gone = g;
      balls[1 + g] = radii(fake, MANIFOLD, i -> i % Jackknife.GROUPS != gone, true);
    }
    double[] shares =
        Arrays.stream(heldout.inside(samples, balls, alive))
            .mapToDouble(NeighbourMeasures::positive)
            .toArray();
    return Jackknife.measure(shares[0], Arrays.copyOfRange(shares, 1, shares.length));
  }

  private static double positive(long[] counts) {
    return Arrays.stream(counts).filter(count -> count > 0).count() / (double) counts.length;
  }

  /**
   * Squared distances to the k-th nearest of those that stay.
   *
   * @param ownToo whether rows that go have no ball
   */
  private static double[] radii(RowSet.Nearest nearest, int k, IntPredicate stays, boolean ownToo) {
    double[] radii = new double[nearest.squares().length / nearest.k()];
    for (int i = 0; i < radii.length; i++) {
      int left = k;
      for (int j = i * nearest.k(); j < (i + 1) * nearest.k() && left > 0; j++) {
        if (stays.test(nearest.index()[j])) {
          radii[i] = nearest.squares()[j];
          left--;
        }
      }
      if (ownToo && !stays.test(i)) {
        radii[i] = NO_BALL;
      }
    }
    return radii;
  }

  // nearest: squared distance of each held-out row to the nearest sample of each group
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
