package io.winnow.reweighting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.winnow.contracts.InvalidInputException;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DroWeightsTest {
  private static final int UPDATES = 30;
  private static final int BATCH = 9;

  @Property
  void droAgreesWithTheEquationsWrittenOut(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 7) int classes,
      @ForAll @DoubleRange(min = 0, max = 3) double eta,
      @ForAll @DoubleRange(min = 0, max = 1) double smoothing,
      @ForAll @DoubleRange(min = 0, max = 0.99) double averageFrom) {
    // given
    Losses losses = new Losses(seed, classes);

    // when
    DroWeights weights = run(losses, settings(new Dro(), classes, eta, smoothing, averageFrom));

    // then
    Oracle oracle = new Oracle(losses, classes, eta, smoothing, averageFrom, true);
    assertThat(weights.weights()).containsExactly(oracle.w, within(1e-12));
    assertThat(weights.lambda()).containsExactly(oracle.lambda, within(1e-12));
    assertThat(weights.mean()).containsExactly(oracle.mean, within(1e-12));
    assertThat(weights.updates()).isEqualTo(UPDATES);
  }

  @Property(tries = 50)
  void groupDroIsTheSameWithTheProxysOwnLoss(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 7) int classes,
      @ForAll @DoubleRange(min = 0, max = 3) double eta) {
    // given
    Losses losses = new Losses(seed, classes);

    // when
    DroWeights weights = new DroWeights(settings(new GroupDro(), classes, eta, 1e-3, 0));
    for (int u = 0; u < UPDATES; u++) {
      weights.update(losses.proxy[u], null, losses.labels[u]);
    }

    // then
    Oracle oracle = new Oracle(losses, classes, eta, 1e-3, 0, false);
    assertThat(weights.lambda()).containsExactly(oracle.lambda, within(1e-12));
    assertThat(weights.mean()).containsExactly(oracle.mean, within(1e-12));
  }

  @Test
  void lossRatioIsInProportionToTheMeanRatioAndLeavesTheProxyAlone() {
    // given
    DroWeights weights =
        new DroWeights(new DroWeights.Settings(new LossRatio(), 3, 2, null, 0.1, 0));

    // when: class 0 has the ratios (1+3)/(1+1) and, absent, again 2; class 1 has 3 and 5; class 2
    // never occurs
    weights.update(new float[] {1, 3, 6}, new float[] {1, 1, 2}, new int[] {0, 0, 1});
    weights.update(new float[] {5}, new float[] {1}, new int[] {1});

    // then: mean ratios 2, 4, 1, brought to sum 1, smoothed by a tenth
    double third = 0.1 / 3;
    double[] expected = {0.9 * 2 / 7 + third, 0.9 * 4 / 7 + third, 0.9 / 7 + third};
    assertThat(weights.mean()).containsExactly(expected, within(1e-12));
    assertThat(weights.lambda()).containsExactly(2, 5, 1);
    assertThat(weights.ofSamples(new int[] {1, 0})).containsExactly(1, 1);
    assertThat(weights.eta()).isNull();
  }

  @Provide
  static Arbitrary<ProxyMethod> proxyMethods() {
    return Arbitraries.of(WeightingCatalogTest.proxyMethods().toList());
  }

  @Property(tries = 50)
  void permutingClassesPermutesWeights(
      @ForAll("proxyMethods") ProxyMethod method,
      @ForAll long seed,
      @ForAll @IntRange(min = 2, max = 6) int classes) {
    // given: every label c renamed to (c + 1) mod k
    Losses losses = new Losses(seed, classes);
    Losses renamed = new Losses(seed, classes);
    for (int[] labels : renamed.labels) {
      Arrays.setAll(labels, i -> (labels[i] + 1) % classes);
    }

    // when
    double[] weights = run(losses, settings(method, classes, null, 1e-3, 0)).mean();
    double[] permuted = run(renamed, settings(method, classes, null, 1e-3, 0)).mean();

    // then
    for (int c = 0; c < classes; c++) {
      assertThat(permuted[(c + 1) % classes]).isCloseTo(weights[c], within(1e-10));
    }
  }

  @Property(tries = 50)
  void noStepKeepsWeightsUniform(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 6) int classes,
      @ForAll @DoubleRange(min = 0, max = 1) double smoothing) {
    // when
    DroWeights weights =
        run(new Losses(seed, classes), settings(new Dro(), classes, 0.0, smoothing, 0));

    // then
    double[] uniform = new double[classes];
    Arrays.fill(uniform, 1.0 / classes);
    assertThat(weights.mean()).containsExactly(uniform, within(1e-12));
  }

  @Property(tries = 50)
  void weightsArePositiveWithSumOneAndAtLeastTheSmoothedShare(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 6) int classes,
      @ForAll @DoubleRange(min = 0.001, max = 1) @Scale(3) double smoothing) {
    // when
    double[] w =
        run(new Losses(seed, classes), settings(new Dro(), classes, 100.0, smoothing, 0)).weights();

    // then
    assertThat(Arrays.stream(w).sum()).isCloseTo(1, within(1e-9));
    assertThat(Arrays.stream(w).min().orElseThrow())
        .isGreaterThanOrEqualTo(smoothing / classes * (1 - 1e-9));
  }

  @Test
  void anAbsentClassKeepsItsExcessLoss() {
    // given
    DroWeights weights = new DroWeights(settings(new Dro(), 2, 1.0, 0, 0));
    weights.update(new float[] {3, 1}, new float[] {1, 2}, new int[] {0, 1});

    // when
    weights.update(new float[] {5}, new float[] {1}, new int[] {1});

    // then: λ_0 stays 2; λ_1 went from 0 (the proxy was ahead) to 4
    assertThat(weights.lambda()).containsExactly(2, 4);
    // ln w = (2 + 2, 0 + 4): even again
    assertThat(weights.weights()).containsExactly(new double[] {0.5, 0.5}, within(1e-12));
  }

  @Test
  void withoutSmoothingAClassComesBackFromBelowTheSmallestNumber() {
    // given
    DroWeights weights = new DroWeights(settings(new Dro(), 2, 1000.0, 0, 0));
    weights.update(new float[] {3}, new float[] {1}, new int[] {0});
    assertThat(weights.weights()[1]).isZero();

    // when
    weights.update(new float[] {0, 4}, new float[] {0, 1}, new int[] {0, 1});

    // then
    assertThat(weights.weights()[1]).isCloseTo(1, within(1e-9));
  }

  @Test
  void samplesAreWeighedByTheirClassRelativeToTheBatch() {
    // given: class 0 lags by 1, class 1 by 3, class 2 by 5000
    DroWeights weights = new DroWeights(settings(new Dro(), 3, 1.0, 0, 0));
    weights.update(new float[] {1, 3, 5000}, new float[3], new int[] {0, 1, 2});

    // when
    float[] ofSamples = weights.ofSamples(new int[] {1, 0, 1});

    // then: finite although both weights are below the smallest number
    assertThat(weights.weights()[1]).isZero();
    assertThat(ofSamples).containsExactly(new float[] {1, (float) Math.exp(-2), 1}, within(1e-6f));
  }

  @ParameterizedTest
  @MethodSource("io.winnow.reweighting.WeightingCatalogTest#proxyMethods")
  void withoutUpdatesTheResultIsUniform(ProxyMethod method) {
    assertThat(new DroWeights(settings(method, 4, null, 0.1, 0.5)).mean())
        .containsExactly(new double[] {0.25, 0.25, 0.25, 0.25}, within(1e-15));
  }

  @Test
  void aLossThatIsNotFiniteIsRefused() {
    DroWeights weights = new DroWeights(settings(new Dro(), 3, 1.0, 0, 0));
    assertThatThrownBy(
            () -> weights.update(new float[] {Float.NaN}, new float[] {1}, new int[] {2}))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("proxy")
        .hasMessageContaining("class 2")
        .hasMessageContaining("reweight.learningRate");
    assertThatThrownBy(
            () ->
                weights.update(
                    new float[] {1}, new float[] {Float.POSITIVE_INFINITY}, new int[] {1}))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("reference")
        .hasMessageContaining("class 1")
        .hasMessageContaining("another reference model");
  }

  @Test
  void aReferenceWithoutLossHasNoRatio() {
    DroWeights weights = new DroWeights(settings(new LossRatio(), 2, null, 0, 0));
    assertThatThrownBy(() -> weights.update(new float[] {1}, new float[] {0}, new int[] {1}))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("class 1")
        .hasMessageContaining("reweight.method");
  }

  @ParameterizedTest
  @MethodSource("io.winnow.reweighting.WeightingCatalogTest#proxyMethods")
  void goesOnFromItsStateBitForBit(ProxyMethod method) {
    // given: η is derived from updates 3 to 5, on either side of the state
    DroWeights.Settings settings = settings(method, 5, null, 1e-3, 0.3);
    Losses losses = new Losses(11, 5);
    DroWeights whole = run(losses, settings);
    for (int cut : new int[] {2, 4, 13}) {
      DroWeights first = new DroWeights(settings);
      losses.feed(first, 0, cut);

      // when
      DroWeights second = new DroWeights(settings);
      second.restore(first.state());
      losses.feed(second, cut, UPDATES);

      // then
      assertThat(second.mean()).containsExactly(whole.mean());
      assertThat(second.weights()).containsExactly(whole.weights());
      assertThat(second.lambda()).containsExactly(whole.lambda());
      assertThat(second.updates()).isEqualTo(whole.updates());
      assertThat(second.eta()).isEqualTo(whole.eta());
    }
  }

  private static DroWeights.Settings settings(
      ProxyMethod method, int classes, Double eta, double smoothing, double averageFrom) {
    return new DroWeights.Settings(method, classes, UPDATES, eta, smoothing, averageFrom);
  }

  private static DroWeights run(Losses losses, DroWeights.Settings settings) {
    DroWeights weights = new DroWeights(settings);
    losses.feed(weights, 0, UPDATES);
    return weights;
  }

  /** Random batches, in which classes are often absent. */
  private static final class Losses {
    final float[][] proxy = new float[UPDATES][BATCH];
    final float[][] reference = new float[UPDATES][BATCH];
    final int[][] labels = new int[UPDATES][BATCH];

    Losses(long seed, int classes) {
      Random random = new Random(seed);
      for (int u = 0; u < UPDATES; u++) {
        int present = 1 + random.nextInt(classes);
        for (int i = 0; i < BATCH; i++) {
          proxy[u][i] = random.nextFloat();
          reference[u][i] = random.nextFloat() + 0.01f;
          labels[u][i] = random.nextInt(present);
        }
      }
    }

    void feed(DroWeights weights, int from, int to) {
      for (int u = from; u < to; u++) {
        weights.update(proxy[u], reference[u], labels[u]);
      }
    }
  }

  /** The equations as they stand, class by class, on weights rather than logarithms. */
  private static final class Oracle {
    final double[] w;
    final double[] lambda;
    final double[] mean;

    Oracle(
        Losses losses,
        int k,
        double eta,
        double smoothing,
        double averageFrom,
        boolean overReference) {
      w = new double[k];
      lambda = new double[k];
      mean = new double[k];
      Arrays.fill(w, 1.0 / k);
      int first = (int) (averageFrom * UPDATES);
      for (int u = 0; u < UPDATES; u++) {
        double total = 0;
        for (int c = 0; c < k; c++) {
          double lag = 0;
          int n = 0;
          for (int i = 0; i < BATCH; i++) {
            if (losses.labels[u][i] == c) {
              double excess = (double) losses.proxy[u][i] - losses.reference[u][i];
              lag += overReference ? Math.max(excess, 0) : losses.proxy[u][i];
              n++;
            }
          }
          lambda[c] = n > 0 ? lag / n : lambda[c];
          w[c] *= Math.exp(eta * lambda[c]);
          total += w[c];
        }
        for (int c = 0; c < k; c++) {
          w[c] = (1 - smoothing) * (w[c] / total) + smoothing / k;
          mean[c] += u < first ? 0 : w[c] / (UPDATES - first);
        }
      }
    }
  }
}
