package io.winnow.models.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.contracts.spec.ArchitectureInfo;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.models.denoiser.ArchitectureType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The checked-in catalog, against which run specs are checked, is that of the registry. After a
 * change of an architecture's settings, regenerate it with {@code mvn test
 * -Dtest=ArchitecturesCatalogTest -Dwinnow.schemas.write=true} in libs/models, then the schemas
 * with {@code SpecSchemaTest}.
 */
class ArchitecturesCatalogTest {
  private static final Path FILE =
      Path.of("../contracts/src/main/resources/io/winnow/contracts/spec/architectures.json");

  @Test
  void theCheckedInCatalogIsTheRegistry() throws IOException {
    // Given the settings of all types
    List<ArchitectureInfo> declared =
        Architectures.all().stream().map(ArchitectureType::info).toList();

    // When they are written as JSON
    String generated = Json.pretty(declared) + "\n";
    if (Boolean.getBoolean("winnow.schemas.write")) {
      Files.writeString(FILE, generated);
    }

    // Then they are the checked-in catalog
    assertThat(Files.readString(FILE)).isEqualTo(generated);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"type\": \"unett\"} | model.type | did you mean \"unet\"?",
        "{\"preset\": \"ddpm-cifar\"} | model.preset | did you mean \"ddpm-cifar10\"?",
        "{\"preset\": \"ddpm-cifar1\"} | model.preset | did you mean \"ddpm-cifar10\"?",
        "{\"preset\": \"dit-s/2\"} | model.preset | use one of ddpm-tiny",
        "{\"chanels\": 32} | model.chanels | did you mean \"channels\"?",
        "{\"foo\": 32} | model.foo | remove it",
        "{\"channels\": \"32\"} | model.channels | give an integer from 2 to 16384",
        "{\"channels\": 32.0} | model.channels | give an integer",
        "{\"channels\": 1e99} | model.channels | give an integer",
        "{\"channels\": 99999999999999999999} | model.channels | give an integer",
        "{\"channels\": 0} | model.channels | give an integer",
        "{\"channelMultipliers\": 2} | model.channelMultipliers | give at most 8 of integers",
        "{\"channelMultipliers\": [1, \"2\"]} | model.channelMultipliers | integers",
        "{\"channelMultipliers\": [1, 1, 1, 1, 1, 1, 1, 1, 1]} | model.channelMultipliers | at most 8",
        "{\"attentionResolutions\": [-1]} | model.attentionResolutions | integers",
        "{\"dropout\": 1} | model.dropout | give a number in [0, 1)",
        "{\"type\": \"dit\", \"patch\": 2} | model.patch | no setting",
        "{\"type\": \"dit\", \"learnSigma\": 1} | model.learnSigma | true or false",
        "{\"type\": \"dit\", \"depth\": 129} | model.depth | from 1 to 128"
      })
  void aModelIsCheckedWhenTheSpecIsRead(String model, String place, String words) {
    for (String field : List.of("model", "reweight.model", "reweight.referenceModel")) {
      // Given a spec with the model in one of its places
      String part = "\"" + field.replaceFirst(".*\\.", "") + "\": " + model;
      String json =
          "{\"dataset\": {\"source\": \"d\"}, "
              + (field.contains(".") ? "\"reweight\": {" + part + "}" : part)
              + "}";

      // When and then
      assertThatThrownBy(() -> RunSpec.parse(json.getBytes(StandardCharsets.UTF_8), "spec my.json"))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("\"" + place.replace("model", field) + "\"")
          .hasMessageContaining(words);
    }
  }

  @Test
  void everyPresetPasses() {
    for (ArchitectureType<?> type : Architectures.all()) {
      for (String preset : type.presetNames()) {
        String json =
            "{\"dataset\": {\"source\": \"d\"}, \"model\": {\"type\": \"%s\", \"preset\": \"%s\"}}"
                .formatted(type.name(), preset);
        RunSpec spec = RunSpec.parse(json.getBytes(StandardCharsets.UTF_8), "spec");
        assertThat(spec.model().preset()).isEqualTo(preset);
      }
    }
  }
}
