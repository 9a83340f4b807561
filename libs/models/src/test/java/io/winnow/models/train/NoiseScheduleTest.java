package io.winnow.models.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.winnow.contracts.InvalidInputException;
import io.winnow.models.train.NoiseSchedule.Kind;
import org.junit.jupiter.api.Test;

class NoiseScheduleTest {
  @Test
  void linearHasTheKnownEnds() {
    double[] signal = NoiseSchedule.linear().alphasCumprod();

    assertThat(signal).hasSize(1000);
    assertThat(signal[0]).isCloseTo(1 - 1e-4, within(1e-15));
    // the product of 1 − β over torch.linspace(1e-4, 0.02, 1000) in float64
    assertThat(signal[999]).isCloseTo(4.0358297653756754e-05, within(1e-15));
    assertThat(signal[500]).isCloseTo(0.07779665836502389, within(1e-12));
  }

  @Test
  void cosineFollowsItsCurve() {
    double[] signal = NoiseSchedule.cosine().alphasCumprod();

    // then ᾱ is the squared cosine over its start, until β is capped
    double start = Math.pow(Math.cos(0.008 / 1.008 * Math.PI / 2), 2);
    for (int t = 0; t < 990; t++) {
      double expected =
          Math.pow(Math.cos(((t + 1) / 1000.0 + 0.008) / 1.008 * Math.PI / 2), 2) / start;
      assertThat(signal[t]).isCloseTo(expected, within(1e-10));
    }
    assertThat(signal[999]).isPositive().isLessThan(1e-6);
  }

  @Test
  void fewerTimestepsEndAtAboutTheSameNoise() {
    double[] signal = new NoiseSchedule(Kind.LINEAR, 250, Prediction.EPSILON).alphasCumprod();

    assertThat(Math.log(signal[249])).isCloseTo(Math.log(4e-5), within(0.3));
  }

  @Test
  void theTableHasTheRootsAndTheWeight() {
    NoiseSchedule schedule = NoiseSchedule.linear();
    double[] signal = schedule.alphasCumprod();

    float[] table = schedule.table(5);

    assertThat(table).hasSize(3000);
    for (int t = 0; t < 1000; t += 37) {
      double snr = signal[t] / (1 - signal[t]);
      assertThat(table[t] * table[t] + table[1000 + t] * table[1000 + t])
          .isCloseTo(1, within(1e-6f));
      assertThat((double) table[2000 + t]).isCloseTo(snr > 5 ? 5 / snr : 1, within(1e-6));
    }
    assertThat(schedule.table(0)[2000]).isEqualTo(1);
  }

  @Test
  void refusesASchedulesThatCannotBe() {
    assertThatThrownBy(() -> new NoiseSchedule(Kind.COSINE, 1, Prediction.EPSILON))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("1 timesteps");
    assertThatThrownBy(() -> new NoiseSchedule(Kind.LINEAR, 20, Prediction.EPSILON))
        .isInstanceOf(InvalidInputException.class);
  }
}
