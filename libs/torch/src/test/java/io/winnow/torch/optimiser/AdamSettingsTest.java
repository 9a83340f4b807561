package io.winnow.torch.optimiser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.winnow.contracts.InvalidInputException;
import org.junit.jupiter.api.Test;

class AdamSettingsTest {
  @Test
  void theRateWarmsUpAndThenStays() {
    AdamSettings settings = new AdamSettings(1e-3, 0.9, 0.999, 0, 10, 0, 1, 1, 0.99);

    assertThat(settings.rate(0)).isCloseTo(1e-4, within(1e-12));
    assertThat(settings.rate(4)).isCloseTo(5e-4, within(1e-12));
    assertThat(settings.rate(9)).isEqualTo(1e-3);
    assertThat(settings.rate(100_000)).isEqualTo(1e-3);
  }

  @Test
  void theRateFallsByACosine() {
    AdamSettings settings = new AdamSettings(1e-3, 0.9, 0.999, 0, 0, 100, 0.1, 1, 0.99);

    assertThat(settings.rate(0)).isEqualTo(1e-3);
    assertThat(settings.rate(50)).isCloseTo(0.55e-3, within(1e-12));
    assertThat(settings.rate(100)).isCloseTo(1e-4, within(1e-12));
    assertThat(settings.rate(500)).isCloseTo(1e-4, within(1e-12));
  }

  @Test
  void theMeanForgetsTheStart() {
    AdamSettings settings = new AdamSettings(1e-3, 0.9, 0.999, 0, 0, 0, 1, 1, 0.99);

    assertThat(settings.emaDecay(0)).isEqualTo(0.1);
    assertThat(settings.emaDecay(90)).isEqualTo(0.91);
    assertThat(settings.emaDecay(1_000_000)).isEqualTo(0.99);
  }

  @Test
  void namesTheSettingThatCannotBe() {
    assertThatThrownBy(() -> new AdamSettings(0, 0.9, 0.999, 0, 0, 0, 1, 1, 0.99))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("learningRate");
    assertThatThrownBy(() -> new AdamSettings(1e-3, 0.9, 0.999, 0, 0, 0, 1, 1, 1))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("emaDecay");
  }
}
