package io.winnow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.winnow.contracts.Json;
import io.winnow.torch.kernel.KernelArchive;
import io.winnow.torch.kernel.KernelSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchEncodeCommandTest {
  private static final String NOISE =
      "bench encode --size 8 --channels 1 --images 6 --shard-rows 4 --batch 2 --threads 1 --rounds 2";

  @TempDir Path folder;
  private Cli cli;

  @BeforeEach
  void cli() {
    cli = new Cli(folder, folder.resolve("home"));
  }

  @Test
  void measuresTheUntrainedClassifier() throws Exception {
    // when
    int code = cli.run(NOISE.split(" "));

    // then
    assertThat(cli.err()).isEmpty();
    assertThat(code).isZero();
    JsonNode json = Json.mapper().readTree(cli.out());
    assertThat(json.get("surrogate").asText()).isEqualTo("classifier");
    assertThat(json.get("images").asLong()).isEqualTo(6);
    assertThat(json.get("dimension").asInt()).isEqualTo(64);
    assertThat(json.get("imagesPerSecond").asDouble()).isPositive();
    assertThat(json.get("readFraction").asDouble()).isBetween(0.0, 1.0);
  }

  @Test
  void measuresATorchScriptFileAndNamesAMissingOutput() throws Exception {
    // given
    Path file = folder.resolve("mean.pt");
    String source =
        "def forward(self: __torch__.Kernel, x: Tensor) -> Tensor:\n  return torch.mean(x, [2, 3])\n";
    Files.write(file, KernelArchive.pack(new KernelSource("mean", List.of(source))));
    String command = NOISE + " --surrogate " + file;

    // when
    int good = cli.run(command.split(" "));
    String out = cli.out();
    int bad = cli.run((command + " --output embed").split(" "));

    // then
    assertThat(good).isZero();
    assertThat(Json.mapper().readTree(out).get("dimension").asInt()).isEqualTo(1);
    assertThat(bad).isEqualTo(2);
    assertThat(cli.err()).contains("mean.pt.embed", "name one of forward");
  }
}
