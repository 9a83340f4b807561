package io.winnow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.winnow.contracts.Json;
import io.winnow.store.object.Digests;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelCommandTest {
  @TempDir Path folder;
  private Cli cli;

  @BeforeEach
  void cli() {
    cli = new Cli(folder, folder.resolve("home"));
  }

  private String succeed(String args) {
    int code = cli.run(args.split(" "));
    assertThat(cli.err()).isEmpty();
    assertThat(code).isZero();
    return cli.out();
  }

  @Test
  void printsTheTrainingKernelUnderItsDigest() {
    // when
    String out = succeed("kernel --model ddpm-cifar10");

    // then the first line tells what follows
    String first = out.lines().findFirst().orElseThrow();
    String source = out.substring(first.length() + System.lineSeparator().length());
    assertThat(first)
        .startsWith("# denoiser training of ddpm-cifar10 for 3×32×32 images in 10 classes, float32")
        .contains("35,75", "parameters")
        .contains("sha-256 " + Digests.sha256(source.getBytes(StandardCharsets.UTF_8)));
    assertThat(source)
        .startsWith("class Kernel(Module):")
        .contains("def train_step(", "# down.0.0.conv1", "torch.autograd.grad");

    // and the home is left alone
    assertThat(folder.resolve("home")).doesNotExist();
  }

  @Test
  void printsTheSamplingKernelInHalfPrecision() {
    String half = succeed("kernel --model ddpm-tiny --method sampling --precision bf16 --size 28");
    assertThat(half).contains("def sample_step(", "torch.to(x, 15)").doesNotContain("train_step");
    assertThat(succeed("kernel --model ddpm-tiny --method sampling --size 28"))
        .contains("torch.to(x, 6)")
        .doesNotContain("torch.to(x, 15)");
  }

  @Test
  void printsTheParametersWithTheirTotal() throws Exception {
    // given the table as data
    String args = "kernel --model ddpm-tiny --size 8 --channels 1 --classes 2 --parameters";
    JsonNode json = Json.mapper().readTree(succeed(args + " --json"));
    long sum = 0;
    for (JsonNode parameter : json.get("parameters")) {
      long product = 1;
      for (JsonNode extent : parameter.get("shape")) {
        product *= extent.asLong();
      }
      assertThat(parameter.get("count").asLong()).isEqualTo(product);
      sum += product;
    }
    assertThat(json.get("total").asLong()).isEqualTo(sum);
    assertThat(
            Json.mapper()
                .readTree(
                    succeed(
                        "kernel --model ddpm-tiny --size 8 --channels 1" + " --classes 2 --json"))
                .get("parameters")
                .asLong())
        .isEqualTo(sum);

    // when it is printed for people
    String out = succeed(args);

    // then
    assertThat(out)
        .containsPattern("class\\.weight +\\| +3×128 \\| +384 \\| +normal, standard deviation 1")
        .containsPattern("out\\.conv\\.weight +\\| +4×32×3×3 \\| +1,152 \\| +0 ")
        .containsPattern("down\\.0\\.0\\.norm1\\.weight +\\| +32 \\| +32 \\| +1 ")
        .containsPattern("in\\.weight +\\| +32×4×3×3 \\| +1,152 \\| +uniform ±0\\.1361")
        .containsPattern("total +\\| +\\| +" + String.format("%,d", sum) + " \\|");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--model ddpm-huge|choose one of ddpm-tiny, ddpm-small, ddpm-cifar10, dit-s/2",
        "--model ddpm-cifar10 --size 2|imageSize cannot be 2",
        "--model ddpm-tiny --channels 65|channels cannot be 65",
        "--model ddpm-tiny --precision fp8|Invalid value for option '--precision'",
        "--size 32|Missing required option: '--model=PRESET'",
      })
  void invalidOptionsAreExitCode2(String args, String problem) {
    // when
    int code = cli.run(("kernel " + args).split(" "));

    // then
    assertThat(code).isEqualTo(2);
    assertThat(cli.err()).startsWith("winnow: ").contains(problem);
    assertThat(cli.err().lines()).hasSize(1);
  }
}
