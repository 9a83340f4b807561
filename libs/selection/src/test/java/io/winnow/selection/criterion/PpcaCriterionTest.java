package io.winnow.selection.criterion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.winnow.contracts.spec.SelectionSpec.Scope;
import io.winnow.selection.testing.RandomRows;
import io.winnow.selection.testing.Selections;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PpcaCriterionTest {

  // the last: fewer rows a class than dimensions, so that σ² is the floor
  @ParameterizedTest
  @CsvSource({
    "90, 3, 6, CLASS",
    "90, 3, 6, GLOBAL",
    "40, 1, 1, CLASS",
    "50, 2, 2, CLASS",
    "9, 2, 12, CLASS"
  })
  void agreesWithTheGaussianOfWWtPlusNoise(int rows, int classes, int dimension, Scope scope) {
    // given
    RandomRows data = RandomRows.of(rows + dimension, rows, classes, dimension);

    // when
    double[] scores = new PpcaCriterion().scores(data.table(), Selections.scoring(scope));

    // then
    for (List<Integer> group : data.groups(scope)) {
      double[][] model = naive(data, group);
      for (int i : group) {
        double expected = logDensity(data.row(i), data.mean(group), model);
        assertThat(scores[i]).isCloseTo(expected, within(1e-7 * Math.abs(expected)));
      }
    }
  }

  @Test
  void takesTheFewestComponentsThatHoldTheShare() {
    // given shares of 60, 30, 6 and 4 %, of 96 and 4 %, and none
    double[] four = {60, 30, 6, 4};
    double[] two = {96, 4};

    // then
    assertThat(PpcaCriterion.Model.of(four).variances()).containsExactly(60, 30, 6);
    assertThat(PpcaCriterion.Model.of(four).noise()).isEqualTo(4);
    assertThat(PpcaCriterion.Model.of(two).variances()).containsExactly(96);
    assertThat(PpcaCriterion.Model.of(new double[] {0, 0, -1e-17}).variances()).isEmpty();
    assertThat(PpcaCriterion.Model.of(new double[3]).noise()).isEqualTo(1e-5);
  }

  @Test
  void rowsWithoutVarianceHaveTheDensityOfTheFloor() {
    // given
    RandomRows data = RandomRows.ofOne(2, 1, 2, 1, 2);

    // when
    double[] scores = new PpcaCriterion().scores(data.table(), Selections.scoring(Scope.CLASS));

    // then
    assertThat(scores[0]).isCloseTo(-Math.log(1e-5) - Math.log(2 * Math.PI), within(1e-9));
    assertThat(scores[1]).isEqualTo(scores[0]);
  }

  /** W·Wᵀ + σ²I with eigenvectors by Jacobi's rotations. */
  private static double[][] naive(RandomRows data, List<Integer> group) {
    int d = data.dimension();
    double[] mean = data.mean(group);
    double[][] a = new double[d][d];
    double[][] vectors = new double[d][d];
    for (int j = 0; j < d; j++) {
      vectors[j][j] = 1;
      for (int k = 0; k < d; k++) {
        for (int i : group) {
          a[j][k] += (data.row(i)[j] - mean[j]) * (data.row(i)[k] - mean[k]) / group.size();
        }
      }
    }
    for (int sweep = 0; sweep < 60; sweep++) {
      for (int p = 0; p < d; p++) {
        for (int q = p + 1; q < d; q++) {
          rotate(a, vectors, p, q);
        }
      }
    }
    Integer[] order = new Integer[d];
    double all = 0;
    for (int j = 0; j < d; j++) {
      order[j] = j;
      all += a[j][j];
    }
    Arrays.sort(order, (x, y) -> Double.compare(a[y][y], a[x][x]));
    int q = 0;
    for (double sum = 0; q < d - 1 && sum < 0.95 * all; q++) {
      sum += a[order[q]][order[q]];
    }
    double noise = 0;
    for (int j = q; j < d; j++) {
      noise += a[order[j]][order[j]] / (d - q);
    }
    noise = Math.max(noise, 1e-5);
    double[][] model = new double[d][d];
    for (int j = 0; j < d; j++) {
      model[j][j] = noise;
      for (int k = 0; k < d; k++) {
        for (int c = 0; c < q; c++) {
          int at = order[c];
          model[j][k] += (a[at][at] - noise) * vectors[j][at] * vectors[k][at];
        }
      }
    }
    return model;
  }

  private static void rotate(double[][] a, double[][] vectors, int p, int q) {
    if (Math.abs(a[p][q]) < 1e-300) {
      return;
    }
    double theta = 0.5 * Math.atan2(2 * a[p][q], a[q][q] - a[p][p]);
    double c = Math.cos(theta);
    double s = Math.sin(theta);
    for (int k = 0; k < a.length; k++) {
      double x = a[k][p];
      double y = a[k][q];
      a[k][p] = c * x - s * y;
      a[k][q] = s * x + c * y;
      x = vectors[k][p];
      y = vectors[k][q];
      vectors[k][p] = c * x - s * y;
      vectors[k][q] = s * x + c * y;
    }
    for (int k = 0; k < a.length; k++) {
      double x = a[p][k];
      double y = a[q][k];
      a[p][k] = c * x - s * y;
      a[q][k] = s * x + c * y;
    }
  }

  /** ln N(z; μ, Σ) by elimination on [Σ | x]. */
  private static double logDensity(double[] z, double[] mean, double[][] sigma) {
    int d = z.length;
    double[][] m = new double[d][d + 1];
    for (int j = 0; j < d; j++) {
      System.arraycopy(sigma[j], 0, m[j], 0, d);
      m[j][d] = z[j] - mean[j];
    }
    double logDeterminant = 0;
    for (int p = 0; p < d; p++) {
      logDeterminant += Math.log(m[p][p]);
      for (int j = 0; j < d; j++) {
        double factor = j == p ? 0 : m[j][p] / m[p][p];
        for (int k = p; k <= d; k++) {
          m[j][k] -= factor * m[p][k];
        }
      }
    }
    double square = 0;
    for (int j = 0; j < d; j++) {
      square += (z[j] - mean[j]) * m[j][d] / m[j][j];
    }
    return -0.5 * (square + logDeterminant + d * Math.log(2 * Math.PI));
  }
}
