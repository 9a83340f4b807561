package io.winnow.reweighting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.winnow.artifacts.ClassWeights.Eta;
import io.winnow.artifacts.ClassWeights.Origin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StepSizeTest {

  @Test
  void measuresTheSecondHalfOfTheFirstFifthAndIsFrozenThen() {
    // given: 40 updates, so 8 that only measure, of which 4 to 7 count
    StepSize step = new StepSize(null, 40, 3);

    // when
    double[] etas = new double[40];
    for (int u = 0; u < 40; u++) {
      boolean counts = u >= 4 && u < 8;
      double[] lambda = counts ? new double[] {0.01 * u, 0.01, 0.02} : new double[] {5, 0, 9};
      etas[u] = step.next(lambda);
    }

    // then: the mean of 0.04 … 0.07 is 0.055, over 0.01
    double expected = Math.log(10) / (32 * 0.045);
    for (int u = 0; u < 40; u++) {
      assertThat(etas[u]).as("update " + u).isCloseTo(u < 8 ? 0 : expected, within(1e-12));
    }
    Eta eta = step.eta();
    assertThat(eta.origin()).isEqualTo(Origin.DERIVED);
    assertThat(eta.value()).isEqualTo(etas[39]);
    assertThat(eta.spread()).isCloseTo(0.045, within(1e-12));
    assertThat(eta.target()).isEqualTo(Math.log(10));
    assertThat(eta.measuredFrom()).isEqualTo(4);
    assertThat(eta.measuredTo()).isEqualTo(8);
  }

  @ParameterizedTest
  @ValueSource(doubles = {3e-3, 1e-2, 0.3, 20})
  void bringsSteadyDifferencesToTenfoldWeightsWhateverTheirScale(double scale) {
    // given
    int updates = 200;
    DroWeights weights =
        new DroWeights(new DroWeights.Settings(new GroupDro(), 3, updates, null, 0, 0));

    // when
    float[] losses = {(float) scale, (float) (1.5 * scale), (float) (2 * scale)};
    for (int u = 0; u < updates; u++) {
      weights.update(losses, null, new int[] {0, 1, 2});
    }

    // then
    double[] w = weights.weights();
    assertThat(w[2] / w[0]).isCloseTo(10, within(1e-4));
    assertThat(w[1] / w[0]).isCloseTo(Math.sqrt(10), within(1e-4));
  }

  @Test
  void differencesThatAreNoiseAreNotBlownUp() {
    // given: classes that differ by 10⁻⁶
    int updates = 100;
    StepSize step = new StepSize(null, updates, 2);

    // when
    for (int u = 0; u < updates; u++) {
      step.next(new double[] {0.05, 0.050001});
    }

    // then: as if by 10⁻³
    assertThat(step.eta().value()).isCloseTo(Math.log(10) / (80 * 1e-3), within(1e-9));
    assertThat(step.eta().spread()).isCloseTo(1e-6, within(1e-12));
  }

  @Test
  void aGivenStepHoldsFromTheFirstUpdate() {
    // given
    StepSize step = new StepSize(2.5, 100, 2);

    // when
    double first = step.next(new double[] {1, 2});

    // then
    assertThat(first).isEqualTo(2.5);
    assertThat(step.eta()).isEqualTo(new Eta(2.5, Origin.GIVEN, null, null, null, null));
  }

  @Test
  void tooFewUpdatesToMeasureHaveOne() {
    // given
    StepSize step = new StepSize(null, 4, 2);

    // when
    double first = step.next(new double[] {1, 2});

    // then
    assertThat(first).isEqualTo(1);
    assertThat(step.eta()).isEqualTo(new Eta(1, Origin.DERIVED, null, null, null, null));
  }
}
