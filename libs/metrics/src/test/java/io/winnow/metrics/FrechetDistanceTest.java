package io.winnow.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.winnow.torch.algebra.Algebra;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FrechetDistanceTest {
  private static Torch torch;
  private static Algebra algebra;

  @BeforeAll
  @BeforeContainer
  static void start() {
    if (torch == null) {
      torch = Torch.start(new TorchSettings(1, "cpu"));
      algebra = new Algebra(torch);
    }
  }

  record Golden(
      String name,
      double[] mean1,
      double[] covariance1,
      double[] mean2,
      double[] covariance2,
      double distance) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Golden> golden() throws IOException {
    try (InputStream in = FrechetDistanceTest.class.getResourceAsStream("/golden/frechet.json")) {
      return List.of(new ObjectMapper().readValue(in, Golden[].class));
    }
  }

  @ParameterizedTest
  @MethodSource("golden")
  void agreesWithScipy(Golden g) {
    // given a case with scipy's figure, when the distance is taken
    double distance = between(g.mean1, g.covariance1, g.mean2, g.covariance2);

    // then they agree to the accuracy of a matrix square root
    assertThat(distance).isCloseTo(g.distance, within(1e-7 * Math.max(1, g.distance)));
  }

  @Test
  void isTheClosedFormForDiagonalCovariances() {
    // given diagonal covariances, for which the distance is Σ (Δμ)² + (σ₁ − σ₂)²
    double[] diagonal1 = {4, 0, 0, 9};
    double[] diagonal2 = {1, 0, 0, 0};

    // when
    double distance = between(new double[] {1, 2}, diagonal1, new double[] {3, 5}, diagonal2);

    // then
    assertThat(distance).isCloseTo(4 + 9 + 1 + 9, within(1e-12));
  }

  @Property(tries = 60)
  void isSymmetricAndNeverNegative(
      @ForAll @IntRange(min = 1, max = 12) int d,
      @ForAll @IntRange(min = 0, max = 15) int rank1,
      @ForAll @IntRange(min = 0, max = 15) int rank2,
      @ForAll int seed) {
    // given two Gaussians of any rank
    Random random = new Random(seed);
    double[] m1 = random.doubles(d).toArray();
    double[] m2 = random.doubles(d).toArray();
    double[] c1 = covariance(d, rank1, random);
    double[] c2 = covariance(d, rank2, random);

    // when
    double there = between(m1, c1, m2, c2);
    double back = between(m2, c2, m1, c1);

    // then
    assertThat(there).isNotNegative().isCloseTo(back, within(1e-7));
  }

  @Property(tries = 60)
  void isZeroOnItselfAndGrowsWithAShift(
      @ForAll @IntRange(min = 1, max = 12) int d,
      @ForAll @IntRange(min = 0, max = 15) int rank,
      @ForAll @DoubleRange(min = -5, max = 5) double shift,
      @ForAll int seed) {
    // given one Gaussian and the same one moved
    Random random = new Random(seed);
    double[] mean = random.doubles(d).toArray();
    double[] covariance = covariance(d, rank, random);
    double[] moved = Arrays.stream(mean).map(x -> x + shift).toArray();

    // when, then
    assertThat(between(mean, covariance, mean, covariance)).isCloseTo(0, within(1e-10));
    assertThat(between(mean, covariance, moved, covariance))
        .isCloseTo(d * shift * shift, within(1e-8));
  }

  @Test
  void refusesWhatIsNoGaussian() {
    double[] mean = {0, 0};
    double[] identity = {1, 0, 0, 1};
    assertThatThrownBy(() -> between(mean, identity, new double[3], identity))
        .hasMessageContaining("means of 2 and 3");
    assertThatThrownBy(() -> between(mean, new double[9], mean, identity))
        .hasMessageContaining("9 values for 2 features");
    assertThatThrownBy(() -> between(mean, new double[] {1, 0, 0, -1}, mean, identity))
        .hasMessageContaining("negative eigenvalue");
    assertThatThrownBy(() -> between(new double[] {Double.NaN, 0}, identity, mean, identity))
        .hasMessageContaining("NaN");
  }

  private static double between(double[] mean1, double[] cov1, double[] mean2, double[] cov2) {
    return FrechetDistance.between(algebra, mean1, cov1, mean2, cov2);
  }

  private static double[] covariance(int d, int rank, Random random) {
    double[] covariance = new double[d * d];
    for (int r = 0; r < rank; r++) {
      double[] v = random.doubles(d, -1, 1).toArray();
      for (int i = 0; i < d; i++) {
        for (int j = 0; j < d; j++) {
          covariance[i * d + j] += v[i] * v[j] / rank;
        }
      }
    }
    return covariance;
  }
}
