package io.winnow.models.unet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.ModelSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnetConfigsTest {

  @Test
  void aPresetAloneIsThePresetAtTheImagesSize() {
    // when
    UnetConfig config = UnetConfigs.of(ModelSpec.preset("ddpm-cifar10"), 3, 32, 10);

    // then
    assertThat(config).isEqualTo(UnetPreset.DDPM_CIFAR10.config(32, 3, 10));
  }

  @Test
  void theSpecsOwnSettingsWin() {
    // given
    ModelSpec spec = new ModelSpec("ddpm-small", 24, List.of(1, 3), 2, List.of(8), 0.25);

    // when
    UnetConfig config = UnetConfigs.of(spec, 1, 16, 4);

    // then
    assertThat(config.channels()).isEqualTo(24);
    assertThat(config.multipliers()).containsExactly(1, 3);
    assertThat(config.blocks()).isEqualTo(2);
    assertThat(config.attentionResolutions()).containsExactly(8);
    assertThat(config.dropout()).isEqualTo(0.25);
    assertThat(config.groups()).as("divides 24 and the preset's 32").isEqualTo(8);
    assertThat(config.classes()).isEqualTo(4);
  }

  @Test
  void noChannelIsAloneInItsGroup() {
    // given
    ModelSpec narrow = new ModelSpec("ddpm-cifar10", 32, null, null, null, null);

    // when
    UnetConfig config = UnetConfigs.of(narrow, 3, 32, 10);

    // then
    assertThat(config.groups()).isEqualTo(16);
  }

  @Test
  void whatCannotBeBuiltIsNamed() {
    assertThatThrownBy(() -> UnetConfigs.of(ModelSpec.preset("ddpm-huge"), 1, 28, 10))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("ddpm-huge")
        .hasMessageContaining("ddpm-tiny");
    assertThatThrownBy(() -> UnetConfigs.of(ModelSpec.preset("ddpm-cifar10"), 3, 2, 10))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("imageSize cannot be 2");
    ModelSpec attention = new ModelSpec("ddpm-small", null, null, null, List.of(5), null);
    assertThatThrownBy(() -> UnetConfigs.of(attention, 1, 32, 10))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("width 5")
        .hasMessageContaining("[32, 16, 8]");
  }
}
