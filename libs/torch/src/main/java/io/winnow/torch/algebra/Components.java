package io.winnow.torch.algebra;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * The log-density of a Gaussian that is given by the first q principal axes of some rows, the
 * variance along each, and one variance σ² along every other axis.
 */
public final class Components implements AutoCloseable {
  private final Algebra algebra;
  private final NDManager owner;
  private final NDArray mean;
  private final NDArray axes;
  private final NDArray variances;
  private final NDArray noise;
  private final double constant;

  /**
   * @param moments of the rows, not to be closed before this
   * @param eigen of their covariance, not to be closed before this
   * @param variances along the first q axes, positive; length q in [0, d]
   * @param noise σ², positive
   */
  public Components(
      Algebra algebra, CentredMoments moments, Eigen eigen, double[] variances, double noise) {
    int d = moments.dimension();
    int q = variances.length;
    this.algebra = algebra;
    this.owner = algebra.newScope();
    this.mean = moments.meanArray();
    this.axes = eigen.last(q);
    double[] ascending = new double[q];
    double logDeterminant = (d - q) * Math.log(noise);
    for (int i = 0; i < q; i++) {
      ascending[i] = variances[q - 1 - i];
      logDeterminant += Math.log(variances[i]);
    }
    this.variances =
        q == 0
            ? owner.zeros(new Shape(0), mean.getDataType())
            : owner.create(ascending, new Shape(q));
    this.noise = owner.create(new double[] {noise}, new Shape(1));
    this.constant = logDeterminant + d * Math.log(2 * Math.PI);
  }

  /**
   * −½[d ln 2π + Σᵢ ln λᵢ + (d−q) ln σ² + Σᵢ (uᵢᵀx)²/λᵢ + ‖x − Σᵢ uᵢ uᵢᵀx‖²/σ²], x = z − μ, i = 1 …
   * q, of each row z.
   */
  public double[] log(Rows block) {
    try (NDManager scope = algebra.newScope()) {
      double[] squares =
          algebra
              .call(scope, "components", algebra.upload(scope, block), mean, axes, variances, noise)
              .head()
              .toDoubleArray();
      for (int i = 0; i < squares.length; i++) {
        squares[i] = -0.5 * (squares[i] + constant);
      }
      return squares;
    }
  }

  @Override
  public void close() {
    owner.close();
  }
}
