package io.winnow.torch.algebra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlgebraTest {
  private final Torch torch = Torch.start(new TorchSettings(1, "cpu"));
  private final Algebra algebra = new Algebra(torch);

  @AfterEach
  void close() {
    torch.close();
  }

  // the last: more columns than the covariance's blocks have
  @ParameterizedTest
  @CsvSource({"1, 1", "7, 3", "40, 5", "30, 300"})
  void densityIsThatOfEliminationOnTheNaiveCovariance(int n, int d) {
    // given
    float[] rows = rows(n + d, n, d);
    double[] mean = mean(rows, d);
    double[][] sigma = covariance(rows, d, mean);
    double ridge = 0.01;
    for (int j = 0; j < d; j++) {
      sigma[j][j] += ridge;
    }

    // when: in two blocks
    try (CentredMoments moments = moments(rows, d, n / 3)) {
      try (Gaussian gaussian = moments.gaussian(ridge)) {
        double[] log = gaussian.log(Rows.of(rows, d));

        // then
        assertThat(log).hasSize(n);
        for (int i = 0; i < Math.min(n, 5); i++) {
          double expected = logDensity(row(rows, d, i), mean, sigma);
          assertThat(log[i]).isCloseTo(expected, within(1e-9 * Math.abs(expected)));
        }
      }
    }
  }

  @Test
  void aMeanFarFromTheOriginLosesNothing() {
    // given: a spread of 1e-3 at 1000, which sums of squares would lose to the 6th digit
    float[] rows = new float[2000];
    Random random = new Random(2);
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (float) (1000 + 1e-3 * random.nextGaussian());
    }
    double mean = mean(rows, 1)[0];
    double variance = covariance(rows, 1, new double[] {mean})[0][0];

    // when
    try (CentredMoments moments = moments(rows, 1, 700);
        Gaussian gaussian = moments.gaussian(0)) {
      double log = gaussian.log(new Rows(rows, 5, 1, 1))[0];

      // then
      double expected =
          -0.5
              * (Math.pow(rows[5] - mean, 2) / variance
                  + Math.log(variance)
                  + Math.log(2 * Math.PI));
      assertThat(log).isCloseTo(expected, within(1e-9));
    }
  }

  @Test
  void aFirstBlockFarFromTheOthersCostsFewDigits() {
    // given: rows around 100 spreads away from those that come first
    float[] rows = rows(3, 400, 1);
    for (int i = 200; i < rows.length; i++) {
      rows[i] += 100;
    }
    double mean = mean(rows, 1)[0];
    double variance = covariance(rows, 1, new double[] {mean})[0][0];

    // when
    try (CentredMoments moments = moments(rows, 1, 200);
        Eigen eigen = moments.eigen()) {

      // then
      assertThat(eigen.values()[0]).isCloseTo(variance, within(1e-12 * variance));
    }
  }

  @Test
  void aSingularCovarianceHasNoDensityWithoutARidge() {
    // given: the second column is twice the first
    float[] rows = {1, 2, 3, 6, 4, 8};
    try (CentredMoments moments = moments(rows, 2, 1)) {
      // then
      assertThat(moments.gaussian(-1)).isNull();
      moments.gaussian(1e-5).close();
    }
  }

  @Test
  void theMeanIsThatOfAllBlocks() {
    // given
    float[] rows = rows(5, 33, 4);

    // when
    try (CentredMoments moments = moments(rows, 4, 10)) {

      // then
      assertThat(moments.mean()).containsExactly(mean(rows, 4), within(1e-12));
    }
  }

  @Test
  void momentsThatWereAskedForTakeNoMoreRows() {
    // given
    Rows rows = Rows.of(new float[] {1, 2}, 1);
    try (CentredMoments none = algebra.moments(1);
        CentredMoments asked = algebra.moments(1)) {
      asked.add(rows);
      asked.gaussian(1).close();

      // then
      assertThatThrownBy(() -> none.gaussian(1)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> asked.add(rows)).isInstanceOf(IllegalStateException.class);
    }
    assertThatThrownBy(() -> new Rows(new float[6], 1, 2, 3))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void eigenvectorsAreStretchedByTheirValues() {
    // given
    int d = 7;
    float[] rows = rows(4, 50, d);
    double[][] sigma = covariance(rows, d, mean(rows, d));

    // when
    try (CentredMoments moments = moments(rows, d, 20);
        Eigen eigen = moments.eigen()) {
      double[] values = eigen.values();

      // then
      assertThat(Arrays.stream(values).sum())
          .isCloseTo(IntStream.range(0, d).mapToDouble(j -> sigma[j][j]).sum(), within(1e-10));
      for (int i = 0; i < d; i++) {
        double[] v = eigen.vector(i);
        assertThat(i == 0 || values[i - 1] >= values[i]).isTrue();
        assertThat(Arrays.stream(v).map(x -> x * x).sum()).isCloseTo(1, within(1e-12));
        for (int j = 0; j < d; j++) {
          double stretched = 0;
          for (int k = 0; k < d; k++) {
            stretched += sigma[j][k] * v[k];
          }
          assertThat(stretched).isCloseTo(values[i] * v[j], within(1e-10));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "2", "4"})
  void componentsAreTheGaussianOfTheirCovariance(int q) {
    // given
    int d = 5;
    float[] rows = rows(9, 30, d);
    double[] mean = mean(rows, d);
    double noise = 0.3;
    try (CentredMoments moments = moments(rows, d, 11);
        Eigen eigen = moments.eigen()) {
      double[] variances = Arrays.copyOf(eigen.values(), q);
      double[][] sigma = new double[d][d];
      for (int j = 0; j < d; j++) {
        sigma[j][j] = noise;
        for (int k = 0; k < d; k++) {
          for (int c = 0; c < q; c++) {
            sigma[j][k] += (variances[c] - noise) * eigen.vector(c)[j] * eigen.vector(c)[k];
          }
        }
      }

      // when
      try (Components components = new Components(algebra, moments, eigen, variances, noise)) {
        double[] log = components.log(new Rows(rows, 10, 4, d));

        // then
        for (int i = 0; i < 4; i++) {
          assertThat(log[i]).isCloseTo(logDensity(row(rows, d, 10 + i), mean, sigma), within(1e-9));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1", "2", "9", "10"})
  void mediansAreTheMiddleOfTheSortedColumns(int n) {
    // given
    int d = 4;
    float[] rows = rows(n, n, d);

    // when
    double[] medians = algebra.medians(Rows.of(rows, d));

    // then
    for (int j = 0; j < d; j++) {
      int column = j;
      double[] sorted =
          IntStream.range(0, n).mapToDouble(i -> rows[i * d + column]).sorted().toArray();
      assertThat(medians[j]).isEqualTo((sorted[(n - 1) / 2] + sorted[n / 2]) / 2);
    }
  }

  // more rows than a block of queries, and than a block of candidates of 20,000 numbers
  @ParameterizedTest
  @CsvSource({"1, 3, 5", "2, 3, 5", "6, 2, 5", "7, 2, 3", "530, 3, 5", "300, 20000, 2"})
  void neighboursAreTheFirstOfTheSortedDistances(int n, int d, int k) {
    // given
    float[] rows = rows(n, n, d);

    // when
    double[] kth = new double[n];
    try (RowSet all = algebra.rows(n, d)) {
      all.put(Arrays.copyOf(rows, n / 2 * d), 0);
      all.put(Arrays.copyOfRange(rows, n / 2 * d, n * d), n / 2);
      RowSet.Nearest nearest = all.nearest(all, k, () -> {});
      Arrays.setAll(kth, i -> Math.sqrt(nearest.farthest(i)));
    }

    // then
    assertThat(kth).hasSize(n);
    for (int i = 0; i < n; i += 1 + n / 40) {
      int own = i;
      double[] sorted =
          IntStream.range(0, n)
              .filter(other -> other != own)
              .mapToDouble(other -> distance(row(rows, d, own), row(rows, d, other)))
              .sorted()
              .toArray();
      double expected = sorted.length == 0 ? 0 : sorted[Math.min(k, sorted.length) - 1];
      assertThat(kth[i]).isCloseTo(expected, within(1e-11 * (1 + expected)));
    }
  }

  @Test
  void distancesAreEuclidean() {
    assertThat(algebra.distances(Rows.of(new float[] {1, 1, 4, 5}, 2), new double[] {1, 1}))
        .containsExactly(0, 5);
  }

  private CentredMoments moments(float[] rows, int d, int cut) {
    int n = rows.length / d;
    CentredMoments moments = algebra.moments(d);
    for (int[] part : new int[][] {{0, cut}, {cut, n - cut}}) {
      if (part[1] > 0) {
        moments.add(new Rows(rows, part[0], part[1], d));
      }
    }
    return moments;
  }

  private static float[] rows(long seed, int n, int d) {
    Random random = new Random(seed);
    float[] rows = new float[n * d];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (float) (random.nextGaussian() * (1 + i % d % 3) + 2);
    }
    return rows;
  }

  private static double[] row(float[] rows, int d, int i) {
    return IntStream.range(i * d, (i + 1) * d).mapToDouble(k -> rows[k]).toArray();
  }

  private static double distance(double[] a, double[] b) {
    double square = 0;
    for (int j = 0; j < a.length; j++) {
      square += (a[j] - b[j]) * (a[j] - b[j]);
    }
    return Math.sqrt(square);
  }

  private static double[] mean(float[] rows, int d) {
    double[] mean = new double[d];
    for (int i = 0; i < rows.length; i++) {
      mean[i % d] += rows[i];
    }
    return Arrays.stream(mean).map(sum -> sum * d / rows.length).toArray();
  }

  private static double[][] covariance(float[] rows, int d, double[] mean) {
    double[][] sigma = new double[d][d];
    for (int i = 0; i < rows.length; i += d) {
      for (int j = 0; j < d; j++) {
        for (int k = 0; k < d; k++) {
          sigma[j][k] += (rows[i + j] - mean[j]) * (rows[i + k] - mean[k]) * d / rows.length;
        }
      }
    }
    return sigma;
  }

  /** ln N(z; μ, Σ) by elimination on [Σ | z − μ]. */
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
        for (int k = p; k <= d && factor != 0; k++) {
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
