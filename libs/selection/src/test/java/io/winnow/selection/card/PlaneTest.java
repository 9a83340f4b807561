package io.winnow.selection.card;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.winnow.selection.testing.Engine;
import io.winnow.torch.algebra.CentredMoments;
import io.winnow.torch.algebra.Rows;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PlaneTest {

  @Test
  void liesAlongTheTwoDirectionsOfLargestVariance() {
    // given
    int n = 400;
    int d = 5;
    Random random = new Random(8);
    float[] rows = new float[n * d];
    for (int row = 0; row < n; row++) {
      double shared = 3 * random.nextGaussian();
      for (int k = 0; k < d; k++) {
        rows[row * d + k] = (float) (10 + shared * (k - 2) + (k + 1) * random.nextGaussian());
      }
    }

    // when
    Plane plane = plane(rows, d);

    // then: v = Σv/λ, by power iteration on the naive covariance and then on what is left of it
    double[] covariance = covariance(rows, d);
    double total = 0;
    for (int k = 0; k < d; k++) {
      total += covariance[k * d + k];
    }
    for (int axis = 0; axis < 2; axis++) {
      double[] expected = new double[d];
      double value = powerIteration(covariance, expected);
      assertThat(plane.axes()[axis]).containsExactly(expected, within(1e-6));
      assertThat(plane.shares()[axis]).isCloseTo(value / total, within(1e-9));
      assertThat(variance(plane, rows, d, axis)).isCloseTo(value, within(1e-4));
      for (int i = 0; i < d * d; i++) {
        covariance[i] -= value * expected[i / d] * expected[i % d];
      }
    }
  }

  @Test
  void oneFeatureHasNoSecondAxis() {
    // when
    Plane plane = plane(new float[] {1, 3, 5}, 1);

    // then
    assertThat(plane.axes()[0]).containsExactly(1);
    assertThat(plane.shares()).containsExactly(1, 0);
    assertThat(plane.place(new float[] {1, 3, 5}, 2, 0)).isEqualTo(2);
    assertThat(plane.place(new float[] {1, 3, 5}, 2, 1)).isZero();
  }

  @Test
  void equalRowsLieAtOnePlace() {
    // given
    float[] rows = {1, 2, 3, 1, 2, 3};

    // when
    Plane plane = plane(rows, 3);

    // then
    assertThat(plane.shares()).containsExactly(0, 0);
    assertThat(plane.place(rows, 1, 0)).isZero();
  }

  private static double powerIteration(double[] matrix, double[] vector) {
    int d = vector.length;
    Arrays.fill(vector, 1);
    vector[0] = 2;
    double value = 0;
    for (int round = 0; round < 5000; round++) {
      double[] next = new double[d];
      for (int i = 0; i < d * d; i++) {
        next[i / d] += matrix[i] * vector[i % d];
      }
      value = Math.sqrt(Arrays.stream(next).map(x -> x * x).sum());
      for (int k = 0; k < d; k++) {
        vector[k] = next[k] / value;
      }
    }
    double largest = 0;
    for (double x : vector) {
      largest = Math.abs(x) > Math.abs(largest) ? x : largest;
    }
    for (int k = 0; k < d; k++) {
      vector[k] *= Math.signum(largest);
    }
    return value;
  }

  private static double variance(Plane plane, float[] rows, int d, int axis) {
    int n = rows.length / d;
    double square = 0;
    for (int row = 0; row < n; row++) {
      square += Math.pow(plane.place(rows, row, axis), 2);
    }
    return square / n;
  }

  private static double[] covariance(float[] rows, int d) {
    int n = rows.length / d;
    double[] mean = new double[d];
    for (int i = 0; i < rows.length; i++) {
      mean[i % d] += rows[i] / (double) n;
    }
    double[] covariance = new double[d * d];
    for (int row = 0; row < n; row++) {
      for (int i = 0; i < d * d; i++) {
        covariance[i] +=
            (rows[row * d + i / d] - mean[i / d]) * (rows[row * d + i % d] - mean[i % d]) / n;
      }
    }
    return covariance;
  }

  private static Plane plane(float[] rows, int d) {
    try (CentredMoments moments = Engine.ALGEBRA.moments(d)) {
      moments.add(Rows.of(rows, d));
      return Plane.of(moments);
    }
  }
}
