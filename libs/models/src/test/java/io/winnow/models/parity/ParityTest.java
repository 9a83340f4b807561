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
import java.util.LinkedHashMap;
import java.util.List;
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
  @ValueSource(strings = {"dit-small.json", "dit_s2_full-formula.json"})
  void equalsTheOfficialCodeInEverythingTheFileRecords(String name) {
    // when
    Parity.Report report = Parity.of(torch, golden(name));
    report.results().forEach(r -> System.out.printf("%-50s %12s %12s %12s %s%n", r.name(), r.difference(), r.fp32Error(), r.absmax(), r.pass()));

    // then
    assertThat(report.results()).allSatisfy(result -> assertThat(result.pass()).isTrue());
    assertThat(report.pass()).isTrue();
  }
}
