package io.winnow.selection.card;

import io.winnow.torch.algebra.CentredMoments;
import io.winnow.torch.algebra.Eigen;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The plane through the mean of all rows along their first two principal components: the unit
 * eigenvectors of the covariance with the largest eigenvalues, each with the sign that makes its
 * largest component (the first of equal ones) positive. In one dimension the second axis is 0.
 *
 * @param mean d
 * @param axes the two components, 2×d
 * @param shares share of the total variance along each, in [0, 1]
 */
record Plane(double[] mean, double[][] axes, double[] shares) {

  /**
   * @param moments of at least one row; completed by this call
   */
  static Plane of(CentredMoments moments) {
    int d = moments.dimension();
    try (Eigen eigen = moments.eigen()) {
      // rounding may make a zero variance slightly negative
      double[] values = Arrays.stream(eigen.values()).map(x -> Math.max(0, x)).toArray();
      double total = Arrays.stream(values).sum();
      double[][] axes = new double[2][d];
      double[] shares = new double[2];
      for (int i = 0; i < Math.min(2, d); i++) {
        axes[i] = signed(eigen.vector(i));
        shares[i] = total > 0 ? values[i] / total : 0;
      }
      return new Plane(moments.mean(), axes, shares);
    }
  }

  /**
   * The position of a row along one axis, relative to the mean.
   *
   * @param features rows of d values
   * @param axis 0 or 1
   */
  float place(float[] features, int row, int axis) {
    int d = mean.length;
    double sum = 0;
    for (int i = 0; i < d; i++) {
      sum += (features[row * d + i] - mean[i]) * axes[axis][i];
    }
    return (float) sum;
  }

  private static double[] signed(double[] axis) {
    int largest = 0;
    for (int i = 1; i < axis.length; i++) {
      largest = Math.abs(axis[i]) > Math.abs(axis[largest]) ? i : largest;
    }
    double sign = axis[largest] < 0 ? -1 : 1;
    return IntStream.range(0, axis.length).mapToDouble(i -> sign * axis[i]).toArray();
  }
}
