package io.winnow.models.unet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.InvalidInputException;
import io.winnow.torch.kernel.Precision;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnetTest {
  @Test
  void theCifar10PresetIsThePublishedModelAndTheClassVectors() {
    UnetConfig config = UnetPreset.of("ddpm-cifar10").config(32, 3, 10);

    // google/ddpm-cifar10-32 has 35,746,307 parameters; ours has 11 class vectors of 512 beside
    assertThat(parameters(config)).isEqualTo(35_746_307 + 11 * 512);
  }

  @Test
  void presetsFitTheImagesTheyAreFor() {
    assertThat(parameters(UnetPreset.of("ddpm-tiny").config(28, 1, 10))).isLessThan(1_500_000);
    assertThat(parameters(UnetPreset.of("ddpm-tiny").config(32, 3, 10))).isLessThan(1_500_000);
    assertThat(parameters(UnetPreset.of("ddpm-small").config(28, 1, 10)))
        .isBetween(2_000_000, 10_000_000);
  }

  @Test
  void framesImagesThatTheLevelsCannotHalve() {
    // given images of 28×28 and a model that halves three times
    UnetConfig config = UnetPreset.of("ddpm-cifar10").config(28, 1, 10);

    // then the network computes at 32×32, with attention at 16×16, and cuts back
    assertThat(config.paddedSize()).isEqualTo(32);
    assertThat(config.attentionResolutions()).containsExactly(16);
    assertThat(Unet.write(config, Precision.FLOAT32).functions())
        .anyMatch(
            source ->
                source.contains(", [2, 2, 2, 2])") && source.contains(", 2, 2, 30), 3, 2, 30)"));
    assertThat(UnetPreset.of("ddpm-cifar10").config(32, 3, 10).paddedSize()).isEqualTo(32);
  }

  @Test
  void namesTheSettingThatCannotBe() {
    assertThatThrownBy(() -> UnetPreset.of("ddpm-huge"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("ddpm-huge")
        .hasMessageContaining("ddpm-cifar10, ddpm-small, ddpm-tiny");
    assertThatThrownBy(() -> new UnetConfig(8, 65, 3, 1, 8, List.of(1), 1, List.of(), 1, 4, 0))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("imageChannels cannot be 65");
    assertThatThrownBy(() -> new UnetConfig(8, 1, 3, 1, 10, List.of(1), 1, List.of(), 1, 4, 0))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("channels cannot be 10");
  }

  @Test
  void whatWouldBeEndlessOrTooLargeIsRefusedBeforeItIsWritten() {
    assertThatThrownBy(
            () -> new UnetConfig(8, 1, 3, 1, 8, List.of(1), 1_000_000, List.of(), 1, 4, 0))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("blocks cannot be 1000000");
    assertThatThrownBy(() -> new UnetConfig(8, 1, 3, 1, 1 << 30, List.of(8), 1, List.of(), 1, 4, 0))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("16384 at each level");
    UnetConfig wide = new UnetConfig(8, 1, 3, 1, 8192, List.of(2), 1, List.of(), 1, 4, 0);
    assertThatThrownBy(() -> Unet.write(wide, Precision.FLOAT32))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("more than 536870911 parameters");
  }

  private static int parameters(UnetConfig config) {
    return Unet.write(config, Precision.FLOAT32).parameters().size();
  }
}
