package io.winnow.models.unet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.ModelSpec;
import io.winnow.models.architecture.Architectures;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.denoiser.Conditioning.ClassLabels;
import io.winnow.models.denoiser.ExampleSpec;
import io.winnow.torch.kernel.NetworkOptions;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnetTest {
  @Test
  void theCifar10PresetIsThePublishedModelAndTheClassVectors() {
    DenoiserConfig config =
        DenoiserConfig.of(ModelSpec.preset("ddpm-cifar10"), ExampleSpec.pixels(3, 32, 32), 10);

    // google/ddpm-cifar10-32 has 35,746,307 parameters; ours has 11 class vectors of 512 beside
    assertThat(parameters(config)).isEqualTo(35_746_307 + 11 * 512);
  }

  @Test
  void presetsFitTheImagesTheyAreFor() {
    assertThat(
            parameters(
                DenoiserConfig.of(
                    ModelSpec.preset("ddpm-tiny"), ExampleSpec.pixels(1, 28, 28), 10)))
        .isLessThan(1_500_000);
    assertThat(
            parameters(
                DenoiserConfig.of(
                    ModelSpec.preset("ddpm-tiny"), ExampleSpec.pixels(3, 32, 32), 10)))
        .isLessThan(1_500_000);
    assertThat(
            parameters(
                DenoiserConfig.of(
                    ModelSpec.preset("ddpm-small"), ExampleSpec.pixels(1, 28, 28), 10)))
        .isBetween(2_000_000L, 10_000_000L);
  }

  @Test
  void framesImagesThatTheLevelsCannotHalve() {
    // given images of 28×28 and a model that halves three times
    DenoiserConfig config =
        DenoiserConfig.of(ModelSpec.preset("ddpm-cifar10"), ExampleSpec.pixels(1, 28, 28), 10);

    // then the network computes at 32×32, with attention at 16×16, and cuts back
    assertThat(paddedSize(config)).isEqualTo(32);
    assertThat(((Unet) config.architecture()).attentionResolutions()).containsExactly(16);
    assertThat(config.network(NetworkOptions.DEFAULT).functions())
        .anyMatch(
            source ->
                source.contains(", [2, 2, 2, 2])") && source.contains(", 2, 2, 30), 3, 2, 30)"));
    assertThat(
            paddedSize(
                DenoiserConfig.of(
                    ModelSpec.preset("ddpm-cifar10"), ExampleSpec.pixels(3, 32, 32), 10)))
        .isEqualTo(32);
  }

  @Test
  void namesTheSettingThatCannotBe() {
    assertThatThrownBy(() -> Architectures.preset("ddpm-huge"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("ddpm-huge")
        .hasMessageContaining("ddpm-tiny, ddpm-small, ddpm-cifar10, dit-s/2");
    assertThatThrownBy(
            () ->
                new DenoiserConfig(
                    new Unet(1, 8, List.of(1), 1, List.of(), 1, 4, 0),
                    ExampleSpec.pixels(65, 8, 8),
                    new ClassLabels(3)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("channels cannot be 65");
    assertThatThrownBy(
            () ->
                new DenoiserConfig(
                    new Unet(1, 10, List.of(1), 1, List.of(), 1, 4, 0),
                    ExampleSpec.pixels(1, 8, 8),
                    new ClassLabels(3)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("channels cannot be 10");
  }

  @Test
  void whatWouldBeEndlessOrTooLargeIsRefusedBeforeItIsWritten() {
    assertThatThrownBy(
            () ->
                new DenoiserConfig(
                    new Unet(1, 8, List.of(1), 1_000_000, List.of(), 1, 4, 0),
                    ExampleSpec.pixels(1, 8, 8),
                    new ClassLabels(3)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("resBlocksPerLevel cannot be 1000000");
    assertThatThrownBy(
            () ->
                new DenoiserConfig(
                    new Unet(1, 1 << 30, List.of(8), 1, List.of(), 1, 4, 0),
                    ExampleSpec.pixels(1, 8, 8),
                    new ClassLabels(3)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("16384 at each level");
    DenoiserConfig wide =
        new DenoiserConfig(
            new Unet(1, 8192, List.of(2), 1, List.of(), 1, 4, 0),
            ExampleSpec.pixels(1, 8, 8),
            new ClassLabels(3));
    assertThatThrownBy(() -> wide.parameters())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("more than 536870911 elements");
  }

  private static long parameters(DenoiserConfig config) {
    return config.parameters().size();
  }

  private static int paddedSize(DenoiserConfig config) {
    return ((Unet) config.architecture()).paddedSize(config.example());
  }
}
