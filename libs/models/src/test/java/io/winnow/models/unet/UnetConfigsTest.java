package io.winnow.models.unet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.ModelSpec;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.denoiser.ExampleSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UnetConfigsTest {

  @Test
  void aPresetAloneIsThePresetAtTheImagesSize() {
    // when
    DenoiserConfig config =
        DenoiserConfig.of(ModelSpec.preset("ddpm-cifar10"), ExampleSpec.pixels(3, 32, 32), 10);

    // then
    assertThat(config.architecture())
        .isEqualTo(new Unet(1, 128, List.of(1, 2, 2, 2), 2, List.of(16), 1, 32, 0.1));
    assertThat(config.example()).isEqualTo(ExampleSpec.pixels(3, 32, 32));
    assertThat(config.classCount()).isEqualTo(10);
  }

  @Test
  void theSpecsOwnSettingsWin() {
    // given
    ModelSpec spec =
        new ModelSpec(
            "unet",
            "ddpm-small",
            Map.of(
                "channels",
                24,
                "channelMultipliers",
                List.of(1, 3),
                "resBlocksPerLevel",
                2,
                "attentionResolutions",
                List.of(8),
                "dropout",
                0.25));

    // when
    DenoiserConfig config = DenoiserConfig.of(spec, ExampleSpec.pixels(1, 16, 16), 4);

    // then
    Unet unet = (Unet) config.architecture();
    assertThat(unet.channels()).isEqualTo(24);
    assertThat(unet.channelMultipliers()).containsExactly(1, 3);
    assertThat(unet.resBlocksPerLevel()).isEqualTo(2);
    assertThat(unet.attentionResolutions()).containsExactly(8);
    assertThat(unet.dropout()).isEqualTo(0.25);
    assertThat(unet.groups()).as("divides 24 and the preset's 32").isEqualTo(8);
    assertThat(config.classCount()).isEqualTo(4);
  }

  @Test
  void noChannelIsAloneInItsGroup() {
    // given
    ModelSpec narrow = new ModelSpec("unet", "ddpm-cifar10", Map.of("channels", 32));

    // when
    DenoiserConfig config = DenoiserConfig.of(narrow, ExampleSpec.pixels(3, 32, 32), 10);

    // then
    assertThat(((Unet) config.architecture()).groups()).isEqualTo(16);
  }

  @Test
  void whatCannotBeBuiltIsNamed() {
    assertThatThrownBy(
            () ->
                DenoiserConfig.of(ModelSpec.preset("ddpm-huge"), ExampleSpec.pixels(1, 28, 28), 10))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("ddpm-huge")
        .hasMessageContaining("ddpm-tiny");
    assertThatThrownBy(
            () ->
                DenoiserConfig.of(
                    ModelSpec.preset("ddpm-cifar10"), ExampleSpec.pixels(3, 2, 2), 10))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("height cannot be 2");
    ModelSpec attention =
        new ModelSpec("unet", "ddpm-small", Map.of("attentionResolutions", List.of(5)));
    assertThatThrownBy(() -> DenoiserConfig.of(attention, ExampleSpec.pixels(1, 32, 32), 10))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("width 5")
        .hasMessageContaining("[32, 16, 8]");
  }

  @Test
  void anUnknownOrImpossibleSettingIsNamed() {
    ModelSpec empty = new ModelSpec("unet", null, Map.of("channelMultipliers", List.of()));
    ModelSpec misspelt = new ModelSpec("unet", null, Map.of("chanels", 8));
    ModelSpec unknown = new ModelSpec("vgg", null, Map.of());
    ExampleSpec images = ExampleSpec.pixels(1, 32, 32);

    assertThatThrownBy(() -> DenoiserConfig.of(empty, images, 10))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("channelMultipliers");
    assertThatThrownBy(() -> DenoiserConfig.of(misspelt, images, 10))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("\"chanels\"")
        .hasMessageContaining("did you mean \"channels\"?");
    assertThatThrownBy(() -> DenoiserConfig.of(unknown, images, 10))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("vgg")
        .hasMessageContaining("unet, dit");
    assertThatThrownBy(
            () ->
                DenoiserConfig.of(ModelSpec.preset("ddpm-tiny"), ExampleSpec.pixels(1, 32, 28), 10))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("square")
        .hasMessageContaining("1×32×28");
  }
}
