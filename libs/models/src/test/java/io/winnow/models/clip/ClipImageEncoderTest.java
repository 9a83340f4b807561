package io.winnow.models.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.winnow.contracts.InvalidInputException;
import io.winnow.models.GoldenFolder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClipImageEncoderTest {
  private static final List<ClipImageConfig> PUBLISHED =
      List.of(ClipImageConfig.VIT_B_32, ClipImageConfig.VIT_B_16, ClipImageConfig.VIT_L_14);

  @ParameterizedTest
  @CsvSource({"0, ViT-B/32", "1, ViT-B/16", "2, ViT-L/14"})
  void hasTheParametersOfThePublishedEncoders(int index, String name) {
    // given
    JsonNode official = GoldenFolder.configuration("clipimage.params.json", index);
    ClipImageConfig config = PUBLISHED.get(index);

    // then
    assertThat(official.path("name").asText()).isEqualTo(name);
    assertThat(config.heads()).isEqualTo(official.path("config").path("heads").asInt());
    GoldenFolder.requireListing(new ClipImageEncoder(config).parameters(), official);
  }

  @Test
  void equalsTheOfficialCodeInEverythingTheFileRecords() {
    GoldenFolder.requireParity("clipimage-small.json");
  }

  @Test
  @Tag("thorough")
  void equalsTheOfficialCodeAtFullSize() {
    GoldenFolder.requireParity("clipimage_b32_full-formula.json");
  }

  @Test
  void everyNormHasTheEpsilonOfTheOfficialCode() {
    // the recorded values cannot tell 1e-5 from 1e-6
    ClipImageEncoder encoder = new ClipImageEncoder(new ClipImageConfig(16, 8, 8, 2, 2, 4));

    assertThat(
            ClipImageEncoder.kernel(encoder.network())
                .text()
                .lines()
                .filter(line -> line.contains("(self).layer_norm(")))
        .hasSize(6)
        .allMatch(line -> line.endsWith(", 1.0E-5, )"));
  }

  @Test
  void aPlainPhotoStaysPlain() {
    // given a grey photo, wide and high, of which the middle is taken
    for (int[] size : new int[][] {{30, 47}, {47, 30}, {8, 8}, {5, 6}}) {
      byte[] photo = new byte[size[0] * size[1] * 3];
      Arrays.fill(photo, (byte) 51);

      // when
      float[] image = ClipImages.prepare(photo, size[0], size[1], 8);

      // then 51/255 of each channel, normalised
      assertThat(image).hasSize(3 * 8 * 8);
      for (int i = 0; i < image.length; i++) {
        double[] mean = {0.48145466, 0.4578275, 0.40821073};
        double[] deviation = {0.26862954, 0.26130258, 0.27577711};
        assertThat((double) image[i])
            .isCloseTo((0.2 - mean[i / 64]) / deviation[i / 64], within(1e-6));
      }
    }
  }

  @Test
  void namesWhatDoesNotFit() {
    assertThatThrownBy(() -> new ClipImageConfig(30, 8, 8, 2, 2, 4))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("30×30")
        .hasMessageContaining("8×8");
    assertThatThrownBy(() -> new ClipImageConfig(16, 8, 9, 2, 2, 4))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("9 features")
        .hasMessageContaining("2 heads");
    assertThatThrownBy(() -> new ClipImageConfig(16, 8, 8, 0, 2, 4))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("\"layers\" is 0");
  }
}
