package io.winnow.models.dinov2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.winnow.contracts.InvalidInputException;
import io.winnow.models.GoldenFolder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class DinoEncoderTest {
  @Test
  void hasTheParametersOfTheOfficialConfiguration() {
    // given
    JsonNode official = GoldenFolder.configuration("dinov2.params.json", 0);
    DinoConfig config = DinoConfig.VIT_S_14;

    // then
    assertThat(config.heads()).isEqualTo(official.path("config").path("num_heads").asInt());
    assertThat(config.offset())
        .isEqualTo(official.path("config").path("interpolate_offset").asDouble());
    GoldenFolder.requireListing(new DinoEncoder(config, 224, 224).parameters(), official);
  }

  @Test
  void theLargerEncodersHaveTheirNumberOfParameters() {
    // L·(12·D² + 15·D) of L blocks, (1370 + 2 + 588 + 1 + 2)·D of the rest
    assertThat(new DinoEncoder(DinoConfig.VIT_B_14, 224, 224).parameters().size())
        .isEqualTo(86_580_480);
    assertThat(new DinoEncoder(DinoConfig.VIT_L_14, 224, 224).parameters().size())
        .isEqualTo(304_368_640);
  }

  @Test
  void equalsTheOfficialCodeInEverythingTheFileRecords() {
    GoldenFolder.requireParity("dinov2-small.json");
  }

  @Test
  @Tag("thorough")
  void equalsTheOfficialCodeAtFullSize() {
    GoldenFolder.requireParity("dinov2_s14_full-formula.json");
  }

  @Test
  void everyNormHasTheEpsilonOfTheOfficialCode() {
    // the recorded values cannot tell 1e-5 from 1e-6
    DinoEncoder encoder = new DinoEncoder(new DinoConfig(16, 8, 8, 2, 2, 0.1), 16, 16);

    assertThat(
            DinoEncoder.kernel(encoder.network())
                .text()
                .lines()
                .filter(line -> line.contains("(self).layer_norm(")))
        .hasSize(5)
        .allMatch(line -> line.endsWith(", 1.0E-6, )"));
  }

  @Test
  void namesWhatDoesNotFit() {
    DinoConfig config = new DinoConfig(16, 8, 8, 2, 2, 0.1);

    assertThatThrownBy(() -> new DinoEncoder(config, 16, 20))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("16×20")
        .hasMessageContaining("multiples of 8");
    assertThatThrownBy(() -> new DinoConfig(15, 8, 8, 2, 2, 0.1))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("15×15");
    assertThatThrownBy(() -> new DinoConfig(16, 8, 9, 2, 2, 0.1))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("2 heads");
  }
}
