package io.winnow.models;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.contracts.Json;
import io.winnow.contracts.fuzz.Fuzz;
import io.winnow.contracts.fuzz.Fuzz.Tally;
import io.winnow.contracts.spec.ModelSpec;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.denoiser.ExampleSpec;
import io.winnow.models.train.NoiseSchedule;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Whatever lies where a model's description should is refused, or its kernel can be written. */
class ModelFileFuzzTest {
  private static final long MEMORY = 256L << 20;

  @Test
  void aModelIsReadOrRefused() {
    // given
    List<String> classes = IntStream.range(0, 10).mapToObj(i -> "class " + i).toList();
    ModelFile tiny =
        new ModelFile(
            DenoiserConfig.of(ModelSpec.preset("ddpm-tiny"), ExampleSpec.pixels(1, 28, 28), 10),
            NoiseSchedule.linear(),
            classes);
    ModelFile large =
        new ModelFile(
            DenoiserConfig.of(ModelSpec.preset("ddpm-cifar10"), ExampleSpec.pixels(3, 32, 32), 10),
            NoiseSchedule.cosine(),
            classes);

    // when
    Tally tally =
        new Fuzz("model", MEMORY)
            .run(
                List.of(Json.bytes(tiny), Json.bytes(large)),
                input -> {
                  ModelFile model = Json.parse(input, ModelFile.class, "object");
                  model.model().parameters();
                  model.schedule().alphasCumprod();
                });

    // then both happened
    assertThat(tally.read()).isPositive();
    assertThat(tally.refused()).isPositive();
  }
}
