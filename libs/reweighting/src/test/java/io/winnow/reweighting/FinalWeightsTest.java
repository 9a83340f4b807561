package io.winnow.reweighting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class FinalWeightsTest {

  @Property
  void cappedWeightsHaveMeanOneAndABoundedRatioInTheSameOrder(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 12) int classes,
      @ForAll @DoubleRange(min = 1, max = 50) double cap) {
    // given
    double[] weights = new Random(seed).doubles(classes).map(u -> Math.exp(9 * u)).toArray();

    // when
    double[] capped = FinalWeights.capped(weights, cap);

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
    double[] capped = FinalWeights.capped(new double[] {8, 4, 1, 0}, 4);

    // then: 8, 4, 2, 2 with mean 4
    assertThat(capped).containsExactly(new double[] {2, 1, 0.5, 0.5}, within(1e-15));
  }

  @Test
  void rareClassesWeighInverselyToTheirRowsUpToTheCap() {
    // when: 1/n are 1/2, 1/4 and 1/80, of which the last is raised to 1/20
    double[] weights = new InverseFrequency().weights(new long[] {4, 2, 80}, 10);

    // then: 5, 10 and 1 with mean 16/3
    assertThat(weights)
        .containsExactly(new double[] {15.0 / 16, 30.0 / 16, 3.0 / 16}, within(1e-12));
  }

  @Test
  void aClassThatTheCoresetLacksGetsOneAndMovesNoOther() {
    // given
    double[] without = new InverseFrequency().weights(new long[] {1, 3}, 100);

    // when
    double[] with = new InverseFrequency().weights(new long[] {1, 0, 3}, 100);

    // then
    assertThat(with).containsExactly(without[0], 1, without[1]);
    assertThat(without).containsExactly(new double[] {1.5, 0.5}, within(1e-12));
  }
}
