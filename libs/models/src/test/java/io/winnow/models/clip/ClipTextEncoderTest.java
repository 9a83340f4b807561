package io.winnow.models.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.winnow.contracts.InvalidInputException;
import io.winnow.models.GoldenFolder;
import io.winnow.torch.kernel.FunctionWriter.Gelu;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClipTextEncoderTest {
  private static final ClipTextConfig TINY =
      new ClipTextConfig(10, 8, 16, 2, 2, 5, Gelu.ERF, 1e-5, 7);

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void hasTheParametersOfThePublishedEncoders(int index) {
    // given
    JsonNode official = GoldenFolder.configuration("cliptext.params.json", index);
    ClipTextConfig config = List.of(ClipTextConfig.VIT_L_14, ClipTextConfig.VIT_B_32).get(index);

    // then
    JsonNode settings = official.path("config");
    assertThat(config.heads()).isEqualTo(settings.path("num_attention_heads").asInt());
    assertThat(config.gelu())
        .isEqualTo(ClipTextConfig.activation(settings.path("hidden_act").asText()));
    assertThat(config.epsilon()).isEqualTo(settings.path("layer_norm_eps").asDouble());
    assertThat(config.endToken()).isEqualTo(settings.path("eos_token_id").asInt());
    GoldenFolder.requireListing(new ClipTextEncoder(config).parameters(), official);
  }

  @Test
  void equalsTheOfficialCodeInEverythingTheFileRecords() {
    GoldenFolder.requireParity("cliptext-small.json");
  }

  @Test
  @Tag("thorough")
  void equalsTheOfficialCodeAtFullSize() {
    GoldenFolder.requireParity("cliptext_l14_full-formula.json");
  }

  @Test
  void writesTheActivationAndTheEpsilonOfTheConfiguration() {
    // the recorded networks have one activation
    List<String> lines =
        ClipTextEncoder.kernel(new ClipTextEncoder(TINY).network()).text().lines().toList();

    assertThat(lines).filteredOn(line -> line.contains("torch.gelu(")).hasSize(2);
    assertThat(lines)
        .filteredOn(line -> line.contains("(self).layer_norm("))
        .hasSize(5)
        .allMatch(line -> line.endsWith(", 1.0E-5, )"));
    assertThat(lines).noneMatch(line -> line.contains("1.702"));
    assertThat(ClipTextConfig.activation("gelu")).isEqualTo(Gelu.ERF);
  }

  @Test
  void namesWhatDoesNotFit() {
    assertThatThrownBy(() -> TINY.requireFit(new long[6], 6))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("5 tokens, not 6");
    assertThatThrownBy(() -> TINY.requireFit(new long[] {9, 10}, 2))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no token 10");
    assertThatThrownBy(() -> ClipTextConfig.activation("relu"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("\"relu\"");
    assertThatThrownBy(() -> new ClipTextConfig(10, 8, 16, 2, 3, 5, Gelu.ERF, 1e-5, 7))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("3 heads");
  }
}
