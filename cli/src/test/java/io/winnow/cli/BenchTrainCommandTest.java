package io.winnow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.winnow.contracts.Json;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchTrainCommandTest {
  private static final String TINY =
      "bench train --model ddpm-tiny --size 8 --channels 1 --classes 2 --batch 2 --warm-up 1"
          + " --steps 2 --threads 1";

  @TempDir Path folder;

  @Test
  void measuresTheTrainingStepOfAPreset() throws Exception {
    // given
    Cli cli = new Cli(folder, folder.resolve("home"));

    // when
    int code = cli.run(TINY.split(" "));

    // then
    assertThat(cli.err()).isEmpty();
    assertThat(code).isZero();
    JsonNode json = Json.mapper().readTree(cli.out());
    assertThat(json.get("model").asText()).isEqualTo("ddpm-tiny");
    assertThat(json.get("precision").asText()).isEqualTo("float32");
    assertThat(json.get("steps").asInt()).isEqualTo(2);
    assertThat(json.get("threads").asInt()).isEqualTo(1);
    assertThat(json.get("parameters").asLong()).isPositive();
    double seconds = json.get("secondsPerStep").asDouble();
    assertThat(json.get("fastestStep").asDouble()).isPositive().isLessThanOrEqualTo(seconds);
    assertThat(json.get("imagesPerSecond").asDouble() * seconds).isBetween(1.999, 2.001);
  }

  @Test
  void rejectsZeroSteps() {
    Cli cli = new Cli(folder, folder.resolve("home"));
    assertThat(cli.run((TINY + " --steps 0").replace(" --steps 2", "").split(" "))).isEqualTo(2);
    assertThat(cli.err()).contains("cannot measure 0 steps of 2 images");
  }
}
