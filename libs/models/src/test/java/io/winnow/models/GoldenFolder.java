package io.winnow.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.winnow.contracts.Json;
import io.winnow.models.parity.Parity;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import io.winnow.torch.kernel.ParameterTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Checks against the folder of recorded computations; without it a test is skipped. */
public final class GoldenFolder {
  private GoldenFolder() {}

  private static Path file(String name) {
    Path file = Path.of(System.getProperty("winnow.shared", "none"), "golden", name);
    assumeThat(file).as("recorded computations").exists();
    return file;
  }

  /** All that a file of the folder records is computed within its stated errors. */
  public static void requireParity(String name) {
    requireParity(file(name));
  }

  /** All that a file records is computed within its stated errors. */
  public static void requireParity(Path file) {
    try (Torch torch = Torch.start(new TorchSettings(1, "cpu"))) {
      Parity.Report report = Parity.of(torch, file);

      assertThat(report.results())
          .isNotEmpty()
          .allSatisfy(result -> assertThat(result.pass()).as(result.toString()).isTrue());
    }
  }

  /** One official configuration of a {@code *.params.json}. */
  public static JsonNode configuration(String name, int index) {
    try {
      return Json.mapper().readTree(Files.readAllBytes(file(name))).path("configs").get(index);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Names, shapes and the number of parameters are those of the official configuration. */
  public static void requireListing(ParameterTable table, JsonNode configuration) {
    Map<String, String> expected = new TreeMap<>();
    configuration
        .path("state_dict")
        .forEach(entry -> expected.put(entry.get(0).asText(), entry.get(1).toString()));
    Map<String, String> actual = new TreeMap<>();
    table.parameters().forEach(p -> actual.put(p.name(), p.shape().toString().replace(" ", "")));
    assertThat(actual).isEqualTo(expected).hasSize(configuration.path("tensors").asInt());
    assertThat(table.size()).isEqualTo(configuration.path("parameters").asLong());
  }
}
