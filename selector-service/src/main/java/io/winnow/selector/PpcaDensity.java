package io.winnow.selector;

import io.winnow.contracts.InvalidInputException;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * The log-density of probabilistic principal component analysis at its maximum likelihood (Tipping
 * and Bishop, Probabilistic principal component analysis, JRSS B 61, 1999): a Gaussian whose
 * covariance is that of the rows along the first q principal axes u₁ … u_q, and σ² along every
 * other axis:
 *
 * <p>ln p(z) = −½[d ln 2π + Σᵢ ln λᵢ + (d−q) ln σ² + Σᵢ (uᵢᵀx)²/λᵢ + (‖x‖² − Σᵢ (uᵢᵀx)²)/σ²], x = z
 * − μ, i = 1 … q.
 *
 * <p>q is the smallest number of components whose share of the variance is at least {@link #SHARE},
 * at most d − 1; σ² is the mean of the eigenvalues left out. Eigenvalues and σ² are at least {@link
 * #FLOOR}, so that rows that span less than the space, or nothing, have a density. No variance at
 * all means q = 0.
 *
 * <p>Where n rows span n − 1 axes and all are kept, every row has the same density. So that such
 * rows are the tie that they are, however the statistics were summed up, densities are rounded to 9
 * decimal places.
 */
final class PpcaDensity implements Density {
  static final double SHARE = 0.95;
  static final double FLOOR = 1e-5;
  private static final double DIGITS = 1e9;

  private final int d;
  private final double[] mean;
  // q×d, row-major: the axes
  private final double[] axes;
  private final double[] variances;
  private final double noise;
  private final double constant;

  /**
   * @param mean length d
   * @param covariance d×d, row-major, symmetric
   * @param what names the group of rows in errors
   * @throws InvalidInputException values that are not finite, or whose eigenvalues are not found
   */
  PpcaDensity(double[] mean, double[] covariance, String what) {
    this.d = mean.length;
    this.mean = mean.clone();
    GaussianDensity.requireFinite(mean, covariance, what);
    EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(d, true, true);
    if (!eigen.decompose(new DMatrixRMaj(d, d, true, covariance.clone()))) {
      throw new InvalidInputException(
          what + " has a covariance of features whose eigenvalues are not found",
          "scale the surrogate's features to about 1, or choose the criterion \"moderate\"");
    }
    // rounding leaves eigenvalues of 0 on either side of it
    double[] values =
        IntStream.range(0, d)
            .mapToDouble(i -> Math.max(0, eigen.getEigenvalue(i).getReal()))
            .toArray();
    int[] order =
        IntStream.range(0, d)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> values[i]).reversed())
            .mapToInt(Integer::intValue)
            .toArray();
    int q = components(values, order);
    this.noise =
        Math.max(FLOOR, IntStream.range(q, d).mapToDouble(i -> values[order[i]]).sum() / (d - q));
    this.axes = new double[q * d];
    this.variances = new double[q];
    double logDeterminant = (d - q) * Math.log(noise);
    for (int i = 0; i < q; i++) {
      System.arraycopy(eigen.getEigenVector(order[i]).data, 0, axes, i * d, d);
      variances[i] = Math.max(FLOOR, values[order[i]]);
      logDeterminant += Math.log(variances[i]);
    }
    this.constant = logDeterminant + d * Math.log(2 * Math.PI);
  }

  /** q. */
  int components() {
    return variances.length;
  }

  @Override
  public double log(float[] features, int row, double[] scratch) {
    for (int j = 0; j < d; j++) {
      scratch[j] = features[row * d + j] - mean[j];
    }
    double square = 0;
    for (int i = 0; i < variances.length; i++) {
      double y = 0;
      for (int j = 0; j < d; j++) {
        y += axes[i * d + j] * scratch[j];
      }
      square += y * y / variances[i];
      // what is left of x is measured itself: ‖x‖² − Σy² would lose small remainders to rounding
      for (int j = 0; j < d; j++) {
        scratch[j] -= y * axes[i * d + j];
      }
    }
    double rest = 0;
    for (int j = 0; j < d; j++) {
      rest += scratch[j] * scratch[j];
    }
    return Math.rint(-0.5 * (square + rest / noise + constant) * DIGITS) / DIGITS;
  }

  private static int components(double[] values, int[] order) {
    double all = 0;
    for (int i : order) {
      all += values[i];
    }
    double sum = 0;
    int q = 0;
    while (q < order.length - 1 && sum < SHARE * all) {
      sum += values[order[q++]];
    }
    return q;
  }
}
