package io.winnow.torch.algebra;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** The log-density of a Gaussian, of which the covariance's Cholesky factor is held. */
public final class Gaussian implements AutoCloseable {
  private final Algebra algebra;
  private final NDManager owner;
  private final NDArray mean;
  private final NDArray factor;
  private final double constant;
  private final Work work;

  Gaussian(Algebra algebra, NDManager owner, NDArray mean, NDArray factor, double logDeterminant) {
    this.algebra = algebra;
    this.owner = owner;
    this.mean = mean;
    this.factor = factor;
    this.constant = logDeterminant + mean.size() * Math.log(2 * Math.PI);
    this.work = new Work(owner);
  }

  /** S(z) = −½[(z−μ)ᵀΣ⁻¹(z−μ) + ln|Σ| + d ln 2π] of each row z. */
  public double[] log(Rows block) {
    try (NDManager scope = algebra.newScope()) {
      NDArray rows = algebra.upload(scope, block);
      double[] squares =
          algebra
              .call(scope, "mahalanobis", rows, work.of(rows), mean, factor)
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
