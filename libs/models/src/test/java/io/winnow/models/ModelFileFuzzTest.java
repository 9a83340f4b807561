package io.winnow.models;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.contracts.Json;
import io.winnow.contracts.fuzz.Fuzz;
import io.winnow.contracts.fuzz.Fuzz.Tally;
import io.winnow.models.train.NoiseSchedule;
import io.winnow.models.unet.Unet;
import io.winnow.models.unet.UnetPreset;
import io.winnow.torch.kernel.Precision;
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
            UnetPreset.of("ddpm-tiny").config(28, 1, 10), NoiseSchedule.linear(), classes);
    ModelFile large =
        new ModelFile(
            UnetPreset.of("ddpm-cifar10").config(32, 3, 10), NoiseSchedule.cosine(), classes);

    // when
    Tally tally =
        new Fuzz("model", MEMORY)
            .run(
                List.of(Json.bytes(tiny), Json.bytes(large)),
                input -> {
                  ModelFile model = Json.parse(input, ModelFile.class, "object");
                  Unet.write(model.unet(), Precision.FLOAT32);
                  model.schedule().signal();
                });

    // then both happened
    assertThat(tally.read()).isPositive();
    assertThat(tally.refused()).isPositive();
  }
}
