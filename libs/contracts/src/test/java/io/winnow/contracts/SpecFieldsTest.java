package io.winnow.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.contracts.spec.LatentSpec;
import io.winnow.contracts.spec.LatentSpecBuilder;
import io.winnow.contracts.spec.ReweightSpec;
import io.winnow.contracts.spec.ReweightSpecBuilder;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.contracts.spec.RunSpecBuilder;
import io.winnow.contracts.spec.SamplingSpec;
import io.winnow.contracts.spec.SelectionSpec;
import io.winnow.contracts.spec.SurrogateSpec;
import io.winnow.contracts.spec.TrainingSpec;
import io.winnow.contracts.spec.TrainingSpecBuilder;
import io.winnow.contracts.spec.field.Product;
import io.winnow.contracts.spec.field.SpecField;
import io.winnow.contracts.spec.field.SpecFields;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SpecFieldsTest {

  /** All fields of the run spec that hold a value, not a section of their own. */
  static Stream<SpecField> leaves() {
    return leaves(RunSpec.class).stream();
  }

  private static List<SpecField> leaves(Class<? extends Record> section) {
    List<SpecField> all = new ArrayList<>();
    for (SpecField field : SpecFields.of(section).all()) {
      Class<?> type = field.type().getRawClass();
      if (SpecFields.section(type) && field.decides().isEmpty()) {
        all.addAll(leaves(type.asSubclass(Record.class)));
      } else {
        all.add(field);
      }
    }
    return all;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("leaves")
  void everyFieldIsPartOfAnAddressOrSaysWhyNot(SpecField field) {
    assertThat(field.decides().isEmpty())
        .as("\"%s\" has @Decides or @NoEffect, not both", field.path())
        .isEqualTo(field.noEffect().isPresent());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("leaves")
  void everyFieldDescribesItselfAndItsNumbers(SpecField field) {
    assertThat(field.description()).as(field.path()).isPresent();
    boolean number = Number.class.isAssignableFrom(field.type().getRawClass());
    if (number && !field.name().equals("seed")) {
      assertThat(field.valuesText()).as(field.path()).isPresent();
    }
  }

  @Test
  void theSectionsAreThoseOfTheRunSpec() {
    assertThat(leaves().map(SpecField::path))
        .contains("name", "dataset.source", "latent.scalingFactor", "training.batch", "seed")
        .hasSizeGreaterThan(70)
        .doesNotHaveDuplicates();
  }

  @Test
  void aDefaultIsWhatALeftOutFieldGets() {
    // Given a spec that leaves out all it can
    RunSpec spec =
        RunSpecBuilder.builder()
            .dataset(DatasetSpec.of("d"))
            .latent(LatentSpecBuilder.builder().autoencoder("a.pt").build())
            .build();

    // Then
    assertDefaults(spec);
    for (Record part :
        List.of(
            spec.dataset(),
            spec.surrogate(),
            spec.latent(),
            spec.selection(),
            spec.reweight(),
            spec.training(),
            spec.sampling())) {
      assertDefaults(part);
    }
  }

  private static void assertDefaults(Record section) {
    Map<?, ?> values = Json.mapper().convertValue(section, Map.class);
    for (SpecField field : SpecFields.of(section.getClass()).all()) {
      field
          .defaultValue()
          .map(value -> Json.mapper().convertValue(value, Object.class))
          .ifPresent(
              value -> assertThat(values.get(field.name())).as(field.path()).isEqualTo(value));
    }
  }

  @Test
  void anAddressFollowsFromWhatDecidesTheArtifactAndFromNothingElse() {
    // Given
    RunSpec spec = RunSpec.of(DatasetSpec.of("d"));
    RunSpec checkpoints = with(spec, TrainingSpecBuilder.builder().checkpointImages(1L).build());
    RunSpec slower = with(spec, TrainingSpecBuilder.builder().learningRate(1e-5).build());

    // When and then
    Map<String, Object> model = SpecFields.deciding(spec, Product.MODEL);
    assertThat(model)
        .containsEntry("training.images", 60_000L)
        .containsEntry("model", spec.model())
        .containsEntry("seed", 0L)
        .doesNotContainKeys("training.checkpointImages", "reweight.batch", "name");
    assertThat(SpecFields.deciding(checkpoints, Product.MODEL)).isEqualTo(model);
    assertThat(SpecFields.deciding(slower, Product.MODEL)).isNotEqualTo(model);
    assertThat(SpecFields.deciding(slower, Product.REFERENCE))
        .isEqualTo(SpecFields.deciding(spec, Product.REFERENCE));
  }

  @Test
  void theDefaultOptimiserIsInNoAddressSoThatOlderArtifactsKeepTheirs() {
    // Given
    RunSpec spec = RunSpec.of(DatasetSpec.of("d"));
    RunSpec said =
        with(spec, TrainingSpecBuilder.builder().optimiser(TrainingSpec.Optimiser.ADAMW).build());
    RunSpec adan =
        with(spec, TrainingSpecBuilder.builder().optimiser(TrainingSpec.Optimiser.ADAN).build());

    for (Product product : List.of(Product.MODEL, Product.REFERENCE, Product.WEIGHTS)) {
      // When and then
      assertThat(SpecFields.deciding(spec, product))
          .doesNotContainKey("training.optimiser")
          .isEqualTo(SpecFields.deciding(said, product));
      assertThat(SpecFields.deciding(adan, product))
          .containsEntry("training.optimiser", TrainingSpec.Optimiser.ADAN);
    }
  }

  @Test
  void theProxysAddressHasItsOwnSettings() {
    RunSpec spec =
        RunSpecBuilder.builder()
            .dataset(DatasetSpec.of("d"))
            .reweight(ReweightSpecBuilder.builder().proxyImages(7L).build())
            .build();
    assertThat(SpecFields.deciding(spec, Product.WEIGHTS))
        .containsEntry("reweight.proxyImages", 7L)
        .containsEntry("training.maxGradNorm", 1.0)
        .doesNotContainKeys(
            "reweight.referenceImages", "training.emaDecay", "training.minSnr", "training.images");
  }

  @Test
  void everyProductIsDecidedBySomething() {
    Set<Product> decided =
        leaves()
            .flatMap(field -> field.decides().stream())
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(decided).containsExactlyInAnyOrderElementsOf(Arrays.asList(Product.values()));
  }

  private static RunSpec with(RunSpec spec, TrainingSpec training) {
    return RunSpecBuilder.builder(spec).training(training).build();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "batch | from 1 to 65536",
        "learningRate | from 1e-9 to 10",
        "emaDecay | in [0, 1)",
        "warmupImages | from 0 to 1e12",
        "schedule | linear, cosine"
      })
  void theValuesOfAFieldAreSaidInWords(String field, String words) {
    assertThat(SpecFields.of(TrainingSpec.class).field(field).valuesText()).contains(words);
  }

  @Test
  void anErrorNamesTheFieldItsValueAndWhatItTakes() {
    assertThatThrownBy(() -> TrainingSpecBuilder.builder().emaDecay(1.0).build())
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("\"training.emaDecay\" is 1.0 (give a value in [0, 1))");
    assertThatThrownBy(() -> TrainingSpecBuilder.builder().learningRate(Double.NaN).build())
        .hasMessage("\"training.learningRate\" is NaN (give a value from 1e-9 to 10)");
    assertThatThrownBy(() -> LatentSpecBuilder.builder().autoencoder("a").channels(2).build())
        .hasMessage("\"latent.channels\" is 2 (give a value 1 or 3)");
    assertThatThrownBy(() -> LatentSpecBuilder.builder().build())
        .hasMessage("\"latent.autoencoder\" is missing (give a TorchScript file)");
  }

  @Test
  void everySectionIsChecked() {
    // Given a value below all ranges for every field that has one
    for (Class<? extends Record> section :
        List.<Class<? extends Record>>of(
            DatasetSpec.class,
            SurrogateSpec.class,
            LatentSpec.class,
            SelectionSpec.class,
            ReweightSpec.class,
            TrainingSpec.class,
            SamplingSpec.class)) {
      for (SpecField field : SpecFields.of(section).all()) {
        if (field.range().isPresent() && field.type().isTypeOrSubTypeOf(Number.class)) {
          String required =
              section == DatasetSpec.class
                  ? "\"source\": \"d\", "
                  : section == LatentSpec.class ? "\"autoencoder\": \"a\", " : "";
          byte[] json =
              ("{" + required + "\"" + field.name() + "\": -1000000000}")
                  .getBytes(StandardCharsets.UTF_8);
          // When and then
          assertThatThrownBy(() -> Json.parse(json, section, "part"))
              .as(field.path())
              .isInstanceOf(InvalidInputException.class)
              .hasMessageContaining("\"" + field.path() + "\" is ");
        }
      }
    }
  }
}
