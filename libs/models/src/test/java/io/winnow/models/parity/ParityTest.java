package io.winnow.models.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.InvalidInputException;
import io.winnow.store.tensor.SafeTensors;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** See src/test/resources/golden/README.md for where the files come from. */
class ParityTest {
  private static Torch torch;

  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    torch = Torch.start(new TorchSettings(1, "cpu"));
  }

  @AfterAll
  static void stop() {
    torch.close();
  }

  private static Path golden(String name) {
    try {
      return Path.of(ParityTest.class.getResource("/golden/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "adan-small.json",
        "dit-small.json",
        "dit_s2_full-formula.json",
        "mdtv2-small.json",
        "mdtv2_s2_full-formula.json",
        "mdtv2-diffusion-tables.json",
        "unet-small.json"
      })
  void equalsTheRecordedCodeInEverythingTheFileRecords(String name) {
    // when
    Parity.Report report = Parity.of(torch, golden(name));

    // then every value is there and as near as the recorded one is to float64
    assertThat(report.results())
        .isNotEmpty()
        .allSatisfy(
            result -> {
              assertThat(result.pass()).as(result.name()).isTrue();
              if (result.fp32Error() != null) {
                assertThat(result.difference())
                    .as(result.name())
                    .isLessThanOrEqualTo(result.fp32Error() + 3e-7 * result.absmax());
              }
            });
    assertThat(report.pass()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"out.forward", "out.train.vb", "out.sample.ddpm"})
  void aValueThatDiffersFails(String changed) throws IOException {
    // given a file with one element changed by a ten-thousandth of the largest
    Path file = copy("dit-small");
    Path weights = folder.resolve("dit-small.safetensors");
    Map<String, Tensor> tensors = new LinkedHashMap<>(SafeTensors.read(weights, "copy"));
    float[] values = tensors.get(changed).floats();
    float absmax = 0;
    for (float value : values) {
      absmax = Math.max(absmax, Math.abs(value));
    }
    values[1] += 1e-4f * absmax;
    tensors.put(changed, Tensor.of(values, tensors.get(changed).shape()));
    SafeTensors.write(weights, tensors, Map.of());

    // when
    Parity.Report report = Parity.of(torch, file);

    // then it alone fails
    assertThat(report.pass()).isFalse();
    assertThat(report.results().stream().filter(r -> !r.pass()).map(Parity.Result::name))
        .containsExactly(changed);
  }

  @Test
  void aWrongWeightFailsWhatDependsOnIt() throws IOException {
    // given a weight of the last layer that is not the recorded one
    Path file = copy("dit-small");
    Path weights = folder.resolve("dit-small.safetensors");
    Map<String, Tensor> tensors = new LinkedHashMap<>(SafeTensors.read(weights, "copy"));
    float[] values = tensors.get("w.final_layer.linear.bias").floats();
    values[0] += 0.01f;
    tensors.put("w.final_layer.linear.bias", Tensor.of(values, values.length));
    SafeTensors.write(weights, tensors, Map.of());

    // when
    Parity.Report report = Parity.of(torch, file);

    // then
    assertThat(report.results().stream().filter(r -> !r.pass()).map(Parity.Result::name))
        .contains("out.forward", "out.train.mse", "out.sample.ddim")
        .doesNotContain("out.c", "out.blocks.3");
  }

  @Test
  void aConstantThatDiffersByABillionthFails() throws IOException {
    // given
    Path file = copy("mdtv2-diffusion-tables");
    String changed = "linear1000_respaced_50.posterior_mean_coef1";
    Path tables = folder.resolve("mdtv2-diffusion-tables.safetensors");
    Map<String, Tensor> tensors = new LinkedHashMap<>(SafeTensors.read(tables, "copy"));
    double[] values = tensors.get(changed).doubles();
    values[0] += 1e-9;
    tensors.put(changed, Tensor.of(values, values.length));
    SafeTensors.write(tables, tensors, Map.of());

    // when
    Parity.Report report = Parity.of(torch, file);

    // then it alone fails
    assertThat(report.results()).hasSize(68);
    assertThat(report.results().stream().filter(r -> !r.pass()).map(Parity.Result::name))
        .containsExactly(changed);
  }

  @Test
  void anUnknownOutputFails() throws IOException {
    // given a file that records what Winnow does not compute
    Path file = copy("dit-small");
    Files.writeString(file, Files.readString(file).replace("\"out.forward\"", "\"out.something\""));
    Path weights = folder.resolve("dit-small.safetensors");
    Map<String, Tensor> tensors = new LinkedHashMap<>(SafeTensors.read(weights, "copy"));
    tensors.put("out.something", tensors.remove("out.forward"));
    SafeTensors.write(weights, tensors, Map.of());

    // when
    Parity.Report report = Parity.of(torch, file);

    // then
    assertThat(report.pass()).isFalse();
    assertThat(report.results())
        .filteredOn(r -> r.name().equals("out.something"))
        .singleElement()
        .satisfies(r -> assertThat(r.difference()).isNull());
  }

  @Test
  void namesWhatCannotBeCompared() throws IOException {
    Path file = copy("dit-small");
    Files.writeString(
        file, Files.readString(file).replace("\"arch\": \"dit\"", "\"arch\": \"vgg\""));

    assertThatThrownBy(() -> Parity.of(torch, file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("\"vgg\"")
        .hasMessageContainingAll("adan", "dit", "diffusion-tables", "mdtv2", "unet");
    assertThatThrownBy(() -> Parity.of(torch, folder.resolve("none.json")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("none.json");
    Path other = Files.writeString(folder.resolve("other.json"), "{\"a\": 1}");
    assertThatThrownBy(() -> Parity.of(torch, other))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("other.json");
    Files.delete(folder.resolve("dit-small.safetensors"));
    Path without = copy("dit-small");
    Files.delete(folder.resolve("dit-small.safetensors"));
    assertThatThrownBy(() -> Parity.of(torch, without))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("dit-small.safetensors");
  }

  private Path copy(String name) throws IOException {
    Files.copy(
        golden(name + ".safetensors"),
        folder.resolve(name + ".safetensors"),
        StandardCopyOption.REPLACE_EXISTING);
    return Files.copy(
        golden(name + ".json"),
        folder.resolve(name + ".json"),
        StandardCopyOption.REPLACE_EXISTING);
  }
}
