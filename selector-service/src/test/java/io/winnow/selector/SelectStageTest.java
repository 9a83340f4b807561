package io.winnow.selector;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.Lineage;
import io.winnow.contracts.LineageKey;
import io.winnow.contracts.event.FeaturesReady;
import io.winnow.contracts.event.Subject;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.spec.RunSpec;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SelectStageTest {

  @Test
  void theAddressOfASelectionByRatioIsWhatItHasAlwaysBeen() {
    // then: nothing but what was said decides it, so that earlier coresets are found again
    assertThat(parameters("\"ratio\": 0.5", 3))
        .isEqualTo("{\"criterion\":\"gaussian\",\"ratio\":0.5,\"scope\":\"class\"}");
    assertThat(parameters("\"criterion\": \"random\"", 3))
        .isEqualTo("{\"criterion\":\"random\",\"ratio\":0.25,\"scope\":\"class\",\"seed\":3}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gaussian", "knn", "ppca", "k-means", "k-center", "herding"})
  void memoryDecidesNoAddress(String criterion) {
    // given
    String named = "\"criterion\": \"" + criterion + "\"";

    // then
    assertThat(parameters(named + ", \"memoryMiB\": 7", 0)).isEqualTo(parameters(named, 0));
  }

  @ParameterizedTest
  @CsvSource({
    "gaussian, false",
    "knn, false",
    "ppca, false",
    "k-center, false",
    "herding, false",
    "moderate, false",
    "k-means, true"
  })
  void centresAndTheSeedCountWhereTheyAreUsed(String criterion, boolean used) {
    // given
    String named = "\"criterion\": \"" + criterion + "\"";

    // then
    assertThat(parameters(named + ", \"clusters\": 3", 0).equals(parameters(named, 0)))
        .isEqualTo(!used);
    assertThat(parameters(named, 1).equals(parameters(named, 0))).isEqualTo(!used);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"count\": 5",
        "\"perClass\": {\"ant\": 2}",
        "\"ratio\": 0.25, \"minPerClass\": 2"
      })
  void theBudgetDecidesTheAddress(String budget) {
    assertThat(parameters(budget, 0)).isNotEqualTo(parameters("\"ratio\": 0.25", 0));
  }

  private static String parameters(String selection, long seed) {
    String spec =
        "{\"dataset\": {\"source\": \"d\"}, \"selection\": {"
            + selection
            + "}, \"seed\": "
            + seed
            + "}";
    Run run =
        new Run("run", RunSpec.parse(spec.getBytes(StandardCharsets.UTF_8), "spec"), Instant.EPOCH);
    Lineage lineage =
        Lineage.of(new ArtifactRef("datasets/d", "d".repeat(64), null))
            .with(LineageKey.FEATURES, new ArtifactRef("features/f", "f".repeat(64), null));
    return new SelectStage(null, null)
        .address(new FeaturesReady(run, lineage, Subject.DATASET))
        .parameters()
        .toString();
  }
}
