package io.winnow.metrics;

import io.winnow.contracts.run.Measure;
import io.winnow.torch.algebra.RowSet;
import java.util.Arrays;

/**
 * The kernel distance (KID; Bińkowski et al., arXiv 1801.01401): the unbiased estimate of the
 * squared maximum mean discrepancy (Gretton et al., 2012, eq. 3) with k(x, y) = (xᵀy/d + 1)³, for n
 * samples x and m held-out rows y:
 *
 * <p>Σ_{i≠j} k(xᵢ, xⱼ)/(n(n − 1)) + Σ_{i≠j} k(yᵢ, yⱼ)/(m(m − 1)) − 2 Σ k(xᵢ, yⱼ)/(nm).
 *
 * <p>Computed over all rows, block by block, whereas common scripts average over subsets of 1000
 * rows: the expectation is the same, the variance lower.
 */
public final class KernelDistance {
  private KernelDistance() {}

  /**
   * @param samples at least two rows, like {@code heldout}
   */
  public static Measure of(RowSet samples, RowSet heldout, Runnable alive) {
    int groups = Jackknife.possible(samples.rows()) ? Jackknife.GROUPS : 1;
    double n = samples.rows();
    double m = heldout.rows();
    double d = samples.dimension();
    double[][] within = byGroup(samples.kernelSums(samples, groups, alive), groups);
    double[] across = new double[groups];
    double[] own = new double[groups];
    double[] size = new double[groups];
    double[] crossing = samples.kernelSums(heldout, 1, alive)[0];
    double[] norms = samples.squaredNorms();
    for (int i = 0; i < n; i++) {
      across[i % groups] += crossing[i];
      own[i % groups] += cube(norms[i], d);
      size[i % groups]++;
    }
    double heldoutSelf =
        Arrays.stream(heldout.kernelSums(heldout, 1, alive)[0]).sum()
            - Arrays.stream(heldout.squaredNorms()).map(square -> cube(square, d)).sum();
    double pairs = Arrays.stream(within).flatMapToDouble(Arrays::stream).sum();
    double ownAll = Arrays.stream(own).sum();
    double acrossAll = Arrays.stream(across).sum();
    double[] leftOut = new double[groups == 1 ? 0 : groups];
    for (int g = 0; g < leftOut.length; g++) {
      double gone = -within[g][g];
      for (int h = 0; h < groups; h++) {
        gone += within[g][h] + within[h][g];
      }
      leftOut[g] =
          discrepancy(
              pairs - gone - ownAll + own[g], n - size[g], heldoutSelf, m, acrossAll - across[g]);
    }
    return Jackknife.measure(discrepancy(pairs - ownAll, n, heldoutSelf, m, acrossAll), leftOut);
  }

  private static double discrepancy(double xx, double n, double yy, double m, double xy) {
    return xx / (n * (n - 1)) + yy / (m * (m - 1)) - 2 * xy / (n * m);
  }

  private static double[][] byGroup(double[][] sums, int groups) {
    double[][] out = new double[groups][groups];
    for (int h = 0; h < groups; h++) {
      for (int i = 0; i < sums[h].length; i++) {
        out[i % groups][h] += sums[h][i];
      }
    }
    return out;
  }

  private static double cube(double square, double d) {
    double k = square / d + 1;
    return k * k * k;
  }
}
