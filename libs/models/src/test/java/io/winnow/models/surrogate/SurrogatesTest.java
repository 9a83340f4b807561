package io.winnow.models.surrogate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.contracts.spec.SurrogateSpec;
import io.winnow.datasets.ImageShape;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class SurrogatesTest {
  private static final ImageShape GREY = new ImageShape(1, 28, 28);

  @Test
  void trainedIsTheFirstArchitecture() {
    assertThat(Surrogates.names()).startsWith("trained", "small-resnet").doesNotHaveDuplicates();
    assertThat(Surrogates.config("trained", GREY, 10))
        .isEqualTo(Surrogates.config("small-resnet", GREY, 10))
        .isEqualTo(new ClassifierConfig(new SmallResnet(2, List.of(32, 64, 64), 8), 28, 1, 10));
  }

  @Test
  void everyNameIsTrainedInsteadOfLoadedFromAFile() {
    for (String name : Surrogates.names()) {
      SurrogateSpec spec = spec(name);
      assertThat(spec.trained()).isTrue();
      Surrogates.require(spec);
    }
  }

  @Test
  void filesAreNotArchitectures() {
    for (String file : List.of("surrogates/resnet", "resnet.pt", "./resnet")) {
      SurrogateSpec spec = spec(file);
      assertThat(spec.trained()).isFalse();
      Surrogates.require(spec);
    }
  }

  @Test
  void refusesAnUnknownArchitecture() {
    assertThatThrownBy(() -> Surrogates.require(spec("trianed")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no surrogate architecture \"trianed\"")
        .hasMessageContaining("use one of trained, small-resnet");
  }

  @Test
  void anArchitectureIsStoredWithItsType() {
    ClassifierConfig config = Surrogates.config("trained", GREY, 10);

    String json = new String(Json.bytes(config), StandardCharsets.UTF_8);

    assertThat(json).contains("\"type\":\"small-resnet\"");
    assertThat(Json.parse(json.getBytes(StandardCharsets.UTF_8), ClassifierConfig.class, "model"))
        .isEqualTo(config);
    assertThatThrownBy(
            () ->
                Json.parse(
                    json.replace("small-resnet", "vit").getBytes(StandardCharsets.UTF_8),
                    ClassifierConfig.class,
                    "model"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("vit")
        .hasMessageContaining("small-resnet");
  }

  @Test
  void refusesImagesThatTheArchitectureDoesNotTake() {
    assertThatThrownBy(() -> Surrogates.config("trained", new ImageShape(3, 2, 2), 10))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("images of 2×2 in squares of 2");
    assertThatThrownBy(() -> new ClassifierConfig(new SmallResnet(3, List.of(8), 4), 28, 1, 10))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("images of 28×28 in squares of 3");
    assertThatThrownBy(() -> new SmallResnet(2, List.of(8, 10), 4))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("widths [8, 10] in 4 groups");
  }

  private static SurrogateSpec spec(String source) {
    byte[] json = "{\"source\": \"%s\"}".formatted(source).getBytes(StandardCharsets.UTF_8);
    return Json.parse(json, SurrogateSpec.class, "surrogate");
  }
}
