package io.winnow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.winnow.contracts.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchParityCommandTest {
  private static final Path GOLDEN =
      Path.of("../libs/models/src/test/resources/golden").toAbsolutePath().normalize();

  @TempDir private Path folder;
  private Cli cli;

  @BeforeEach
  void cli() {
    cli = new Cli(folder, folder.resolve("home"));
  }

  @Test
  void printsEachDifferenceAndExitsWithOneWhenOneIsTooLarge() throws IOException {
    // given a record, and the same with another strength of guidance
    Path record = GOLDEN.resolve("unet-small.json");
    Files.copy(GOLDEN.resolve("unet-small.safetensors"), folder.resolve("unet-small.safetensors"));
    String changed =
        Files.readString(record).replaceAll("\"cfg_scale\": [\\d.]+", "\"cfg_scale\": 9.0");
    Path other = Files.writeString(folder.resolve("other.json"), changed);

    // when
    int code = cli.run("bench", "parity", record.toString());
    JsonNode report = Json.mapper().readTree(cli.out());
    Cli second = new Cli(folder, folder.resolve("home"));
    int failed = second.run("bench", "parity", other.toString());
    JsonNode failure = Json.mapper().readTree(second.out().getBytes(StandardCharsets.UTF_8));

    // then
    assertThat(code).isZero();
    assertThat(report.path("pass").asBoolean()).isTrue();
    assertThat(report.path("arch").asText()).isEqualTo("unet");
    JsonNode first = report.path("results").get(0);
    assertThat(first.path("name").asText()).isEqualTo("out.forward");
    assertThat(first.path("difference").asDouble()).isBetween(0.0, 1e-4);
    assertThat(first.path("absmax").asDouble()).isPositive();
    assertThat(first.path("fp32_error").asDouble()).isPositive();
    assertThat(failed).isEqualTo(1);
    assertThat(failure.path("pass").asBoolean()).isFalse();
  }

  @Test
  void anUnknownKindIsOneClearError() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("vgg.json"), "{\"arch\": \"vgg\", \"files\": [], \"tensors\": {}}");

    int code = cli.run("bench", "parity", file.toString());

    assertThat(code).isNotZero();
    assertThat(cli.err()).contains("\"vgg\"", "dit, mdtv2, unet");
  }
}
