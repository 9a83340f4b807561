package io.winnow.reweight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.winnow.contracts.InvalidInputException;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.api.Test;

class ClassWeightsTest {
  private static final int UPDATES = 30;
  private static final int BATCH = 9;

  @Property(tries = 100)
  void agreesWithTheEquationsWrittenOut(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 7) int classes,
      @ForAll @DoubleRange(min = 0, max = 3) double eta,
      @ForAll @DoubleRange(min = 0, max = 1) double smoothing) {
    // given
    Losses losses = new Losses(seed, classes);

    // when
    ClassWeights weights = run(losses, classes, eta, smoothing);

    // then
    Oracle oracle = new Oracle(losses, classes, eta, smoothing);
    assertThat(weights.weights()).containsExactly(oracle.w, within(1e-12));
    assertThat(weights.lambda()).containsExactly(oracle.lambda, within(1e-12));
    assertThat(weights.mean()).containsExactly(oracle.mean, within(1e-12));
    assertThat(weights.updates()).isEqualTo(UPDATES);
  }

  @Property(tries = 50)
  void permutingClassesPermutesWeights(
      @ForAll long seed, @ForAll @IntRange(min = 2, max = 6) int classes) {
    // given: every label c renamed to (c + 1) mod k
    Losses losses = new Losses(seed, classes);
    Losses renamed = new Losses(seed, classes);
    for (int[] labels : renamed.labels) {
      Arrays.setAll(labels, i -> (labels[i] + 1) % classes);
    }

    // when
    double[] weights = run(losses, classes, 1, 1e-3).mean();
    double[] permuted = run(renamed, classes, 1, 1e-3).mean();

    // then
    for (int c = 0; c < classes; c++) {
      assertThat(permuted[(c + 1) % classes]).isCloseTo(weights[c], within(1e-12));
    }
  }

  @Property(tries = 50)
  void noStepKeepsWeightsUniform(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 6) int classes,
      @ForAll @DoubleRange(min = 0, max = 1) double smoothing) {
    // when
    ClassWeights weights = run(new Losses(seed, classes), classes, 0, smoothing);

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
    double[] w = run(new Losses(seed, classes), classes, 100, smoothing).weights();

    // then
    assertThat(Arrays.stream(w).sum()).isCloseTo(1, within(1e-9));
    assertThat(Arrays.stream(w).min().orElseThrow())
        .isGreaterThanOrEqualTo(smoothing / classes * (1 - 1e-9));
  }

  @Test
  void anAbsentClassKeepsItsExcessLoss() {
    // given
    ClassWeights weights = new ClassWeights(2, 1, 0);
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
    ClassWeights weights = new ClassWeights(2, 1000, 0);
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
    ClassWeights weights = new ClassWeights(3, 1, 0);
    weights.update(new float[] {1, 3, 5000}, new float[3], new int[] {0, 1, 2});

    // when
    float[] ofSamples = weights.ofSamples(new int[] {1, 0, 1});

    // then: finite although both weights are below the smallest number
    assertThat(weights.weights()[1]).isZero();
    assertThat(ofSamples).containsExactly(new float[] {1, (float) Math.exp(-2), 1}, within(1e-6f));
  }

  @Test
  void withoutUpdatesTheResultIsUniform() {
    assertThat(new ClassWeights(4, 1, 0.1).mean())
        .containsExactly(new double[] {0.25, 0.25, 0.25, 0.25}, within(1e-15));
  }

  @Test
  void aLossThatIsNotFiniteIsRefused() {
    ClassWeights weights = new ClassWeights(3, 1, 0);
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

  @Property
  void cappedWeightsHaveMeanOneAndABoundedRatioInTheSameOrder(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 12) int classes,
      @ForAll @DoubleRange(min = 1, max = 50) double cap) {
    // given
    double[] weights = new Random(seed).doubles(classes).map(u -> Math.exp(9 * u)).toArray();

    // when
    double[] capped = ClassWeights.capped(weights, cap);

    // then
    double max = Arrays.stream(capped).max().orElseThrow();
    double min = Arrays.stream(capped).min().orElseThrow();
    assertThat(Arrays.stream(capped).average().orElseThrow()).isCloseTo(1, within(1e-12));
    assertThat(max / min).isLessThanOrEqualTo(cap * (1 + 1e-12));
    for (int a = 0; a < classes; a++) {
      for (int b = 0; b < classes; b++) {
        if (weights[a] <= weights[b]) {
          assertThat(capped[a]).isLessThanOrEqualTo(capped[b]);
        }
      }
    }
  }

  @Test
  void theCapRaisesOnlyWhatLiesBelowIt() {
    // when
    double[] capped = ClassWeights.capped(new double[] {8, 4, 1, 0}, 4);

    // then: 8, 4, 2, 2 with mean 4
    assertThat(capped).containsExactly(new double[] {2, 1, 0.5, 0.5}, within(1e-15));
  }

  @Test
  void goesOnFromItsStateBitForBit() {
    // given
    Losses losses = new Losses(11, 5);
    ClassWeights whole = run(losses, 5, 1, 1e-3);
    ClassWeights first = new ClassWeights(5, 1, 1e-3);
    losses.feed(first, 0, 13);

    // when
    ClassWeights second = new ClassWeights(5, 1, 1e-3);
    second.restore(first.state());
    losses.feed(second, 13, UPDATES);

    // then
    assertThat(second.mean()).containsExactly(whole.mean());
    assertThat(second.weights()).containsExactly(whole.weights());
    assertThat(second.lambda()).containsExactly(whole.lambda());
    assertThat(second.updates()).isEqualTo(whole.updates());
  }

  private static ClassWeights run(Losses losses, int classes, double eta, double smoothing) {
    ClassWeights weights = new ClassWeights(classes, eta, smoothing);
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
          reference[u][i] = random.nextFloat();
          labels[u][i] = random.nextInt(present);
        }
      }
    }

    void feed(ClassWeights weights, int from, int to) {
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

    Oracle(Losses losses, int k, double eta, double smoothing) {
      w = new double[k];
      lambda = new double[k];
      mean = new double[k];
      Arrays.fill(w, 1.0 / k);
      for (int u = 0; u < UPDATES; u++) {
        double total = 0;
        for (int c = 0; c < k; c++) {
          double excess = 0;
          int n = 0;
          for (int i = 0; i < BATCH; i++) {
            if (losses.labels[u][i] == c) {
              double difference = (double) losses.proxy[u][i] - losses.reference[u][i];
              excess += difference > 0 ? difference : 0;
              n++;
            }
          }
          lambda[c] = n > 0 ? excess / n : lambda[c];
          w[c] *= Math.exp(eta * lambda[c]);
          total += w[c];
        }
        for (int c = 0; c < k; c++) {
          w[c] = (1 - smoothing) * (w[c] / total) + smoothing / k;
          mean[c] += w[c] / UPDATES;
        }
      }
    }
  }
}
