package io.winnow.torch.algebra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowSetTest {
  private static final Runnable ALIVE = () -> {};

  private final Torch torch = Torch.start(new TorchSettings(1, "cpu"));
  private final Algebra algebra = new Algebra(torch);

  @AfterEach
  void close() {
    torch.close();
  }

  // more rows than a block has, and more others than one product takes
  @ParameterizedTest
  @CsvSource({"7, 5, 3", "600, 30, 4", "9, 5000, 2"})
  void findsTheNearestOfAnotherSet(int n, int m, int d) {
    // given
    float[] a = random(1, n, d);
    float[] b = random(2, m, d);
    try (RowSet rows = set(a, d);
        RowSet others = set(b, d)) {

      // when
      RowSet.Nearest nearest = rows.nearest(others, 3, ALIVE);

      // then
      assertThat(nearest.k()).isEqualTo(3);
      for (int i = 0; i < n; i++) {
        double[] all = squares(a, i, b, d);
        double[] sorted = Arrays.stream(all).sorted().limit(3).toArray();
        assertThat(Arrays.copyOfRange(nearest.squares(), 3 * i, 3 * i + 3))
            .containsExactly(sorted, within(1e-12));
        for (int j = 0; j < 3; j++) {
          assertThat(all[nearest.index()[3 * i + j]]).isCloseTo(sorted[j], within(1e-12));
        }
      }
    }
  }

  @Test
  void aRowIsNotItsOwnNeighbour() {
    // given three rows, two of them equal
    try (RowSet rows = set(new float[] {5, 5, 7}, 1)) {

      // when more neighbours are asked for than there are
      RowSet.Nearest nearest = rows.nearest(rows, 9, ALIVE);

      // then
      assertThat(nearest.k()).isEqualTo(2);
      assertThat(nearest.squares()).containsExactly(0, 4, 0, 4, 4, 4);
      assertThat(nearest.index()).containsExactly(1, 2, 0, 2, 0, 1);
    }
  }

  @ParameterizedTest
  @CsvSource({"7, 5, 3", "600, 30, 4", "9, 5000, 2"})
  void countsBallsAndSumsKernels(int n, int m, int d) {
    // given two rows of squared radii, of which every fifth is no ball, and groups of the others
    float[] a = random(1, n, d);
    float[] b = random(2, m, d);
    Random random = new Random(3);
    double[][] radii = new double[2][m];
    for (double[] answer : radii) {
      Arrays.setAll(answer, j -> j % 5 == 0 ? -1 : d * random.nextDouble());
    }
    int groups = 3;
    try (RowSet rows = set(a, d);
        RowSet others = set(b, d)) {

      // when
      long[][] inside = rows.inside(others, radii, ALIVE);
      double[][] nearest = rows.nearestOfGroups(others, groups, ALIVE);
      double[][] sums = rows.kernelSums(others, groups, ALIVE);

      // then
      for (int i = 0; i < n; i += Math.max(1, n / 50)) {
        double[] squares = squares(a, i, b, d);
        for (int c = 0; c < radii.length; c++) {
          double[] of = radii[c];
          assertThat(inside[c][i])
              .isEqualTo(IntStream.range(0, m).filter(j -> squares[j] <= of[j]).count());
        }
        for (int g = 0; g < groups; g++) {
          int group = g;
          int row = i;
          assertThat(nearest[g][i])
              .isCloseTo(
                  mine(m, groups, g).mapToDouble(j -> squares[j]).min().orElseThrow(),
                  within(1e-10));
          assertThat(sums[group][i])
              .isCloseTo(
                  mine(m, groups, g).mapToDouble(j -> kernel(a, row, b, j, d)).sum(),
                  within(1e-9 * m));
        }
      }
    }
  }

  @Test
  void aGroupWithoutRowsIsInfinitelyFar() {
    // given one other row for three groups
    try (RowSet rows = set(new float[] {1, 2}, 1);
        RowSet other = set(new float[] {4}, 1)) {

      // when
      double[][] nearest = rows.nearestOfGroups(other, 3, ALIVE);

      // then
      assertThat(nearest[0]).containsExactly(new double[] {9, 4}, within(1e-10));
      assertThat(nearest[1]).containsOnly(Double.POSITIVE_INFINITY);
      assertThat(nearest[2]).containsOnly(Double.POSITIVE_INFINITY);
    }
  }

  @Test
  void rowsLieWhereTheyWerePutAndARangeSharesThem() {
    // given rows put in two parts, out of order
    try (RowSet rows = algebra.rows(4, 2)) {
      rows.put(Rows.of(new float[] {3, 4, 1, 0}, 2), new long[] {2, 0});
      rows.put(Rows.of(new float[] {6, 8, 0, 2}, 2), new long[] {3, 1});

      // when
      try (RowSet range = rows.range(1, 3)) {

        // then
        assertThat(rows.squaredNorms()).containsExactly(1, 4, 25, 100);
        assertThat(range.rows()).isEqualTo(2);
        assertThat(range.dimension()).isEqualTo(2);
        assertThat(range.squaredNorms()).containsExactly(4, 25);
        assertThat(range.nearest(rows, 1, ALIVE).index()).containsExactly(1, 2);
      }
    }
  }

  @Test
  void scatterLessAGroupIsThatOfTheOthers() {
    // given rows far from the origin, and their sums about a point among them
    int d = 300;
    float[] values = random(4, 25, d);
    for (int i = 0; i < values.length; i++) {
      values[i] += 100;
    }
    int[] kept = IntStream.range(0, 25).filter(i -> i % 5 != 2).toArray();
    try (RowSet rows = set(values, d);
        CovarianceAccumulator scatter = rows.scatter(rows.origin(), 0, 1);
        CovarianceAccumulator group = rows.scatter(rows.origin(), 2, 5)) {

      // when
      scatter.subtract(group);

      // then
      double[] mean = new double[d];
      Arrays.setAll(
          mean,
          j -> Arrays.stream(kept).mapToDouble(i -> values[i * d + j]).average().orElseThrow());
      double trace = 0;
      for (int i : kept) {
        for (int j = 0; j < d; j++) {
          trace += Math.pow(values[i * d + j] - mean[j], 2) / (kept.length - 1);
        }
      }
      assertThat(scatter.rows()).isEqualTo(20);
      assertThat(scatter.trace()).isCloseTo(trace, within(1e-9 * trace));
      double[] origin = rows.origin();
      double[] told = scatter.meanFromOrigin();
      for (int j = 0; j < d; j++) {
        assertThat(told[j] + origin[j]).isCloseTo(mean[j], within(1e-11));
      }
      try (CovarianceRoot root = scatter.root()) {
        // tr((ΣΣ)^½) = tr Σ, here of deficient rank
        assertThat(root.common(root)).isCloseTo(trace, within(1e-9 * trace));
        assertThat(root.roughlyCommon(scatter)).isCloseTo(trace, within(1e-5 * trace));
      }
    }
  }

  @Test
  void aMatrixWithANegativeEigenvalueHasNoRoot() {
    double[] swap = {0, 1, 1, 0};
    assertThatThrownBy(() -> CovarianceRoot.of(algebra, swap, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("negative eigenvalue -1");
  }

  private RowSet set(float[] values, int d) {
    RowSet set = algebra.rows(values.length / d, d);
    set.put(Rows.of(values, d), LongStream.range(0, set.rows()).toArray());
    return set;
  }

  private static float[] random(long seed, int n, int d) {
    Random random = new Random(seed);
    float[] values = new float[n * d];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static IntStream mine(int m, int groups, int g) {
    return IntStream.range(0, m).filter(j -> j % groups == g);
  }

  private static double[] squares(float[] a, int i, float[] b, int d) {
    double[] squares = new double[b.length / d];
    for (int j = 0; j < squares.length; j++) {
      for (int t = 0; t < d; t++) {
        double gap = (double) a[i * d + t] - b[j * d + t];
        squares[j] += gap * gap;
      }
    }
    return squares;
  }

  private static double kernel(float[] a, int i, float[] b, int j, int d) {
    double product = 0;
    for (int t = 0; t < d; t++) {
      product += (double) a[i * d + t] * b[j * d + t];
    }
    return Math.pow(product / d + 1, 3);
  }
}
