package io.winnow.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.winnow.artifacts.features.FeatureRows;
import io.winnow.artifacts.features.Features;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.SelectionSpec;
import io.winnow.contracts.spec.SurrogateSpec.FeatureType;
import io.winnow.selection.Selection;
import io.winnow.selection.features.FeatureTable;
import io.winnow.selection.testing.Selections;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.tensor.SafeTensors;
import io.winnow.store.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SelectBenchTest {
  private static final int ROWS = 3000;
  private static final int D = 6;

  @TempDir Path folder;

  @Test
  void selectsFromTheWrittenFeaturesAsTheServiceDoes() throws IOException {
    // given
    Path out = folder.resolve("out.safetensors");
    SelectBench.Options options = options(FeatureType.FLOAT16, out);

    // when
    SelectBench.Printed printed = SelectBench.run(options);

    // then its indices are those of the criterion over the features that lie there
    FeatureRows rows = features(FeatureType.FLOAT16).load("train");
    Selection expected =
        Selections.select("gaussian", SelectionSpec.Scope.CLASS, 3, FeatureTable.of(4, rows), 0.25);
    Map<String, Tensor> written = SafeTensors.read(out, "out");
    assertThat(written.get("indices").longs()).containsExactly(expected.indices());
    assertThat(written.get("scores").doubles()).hasSize(ROWS);
    assertThat(printed.kept()).isEqualTo(expected.indices().length);
    assertThat(printed.passes()).isEqualTo(1);
    assertThat(printed.seconds().total())
        .isCloseTo(
            printed.seconds().read() + printed.seconds().score() + printed.seconds().select(),
            within(1e-9));
    assertThat(Files.isDirectory(Path.of(printed.folder()))).isTrue();
  }

  @Test
  void randomFeaturesDependOnlyOnTheSeedAndAreReused() throws IOException {
    // given
    Features first = features(FeatureType.FLOAT32);
    FeatureRows rows = first.load("train");
    long files = files();

    // when
    Features again = features(FeatureType.FLOAT32);
    Features halves = features(FeatureType.FLOAT16);

    // then
    assertThat(again.artifact().ref()).isEqualTo(first.artifact().ref());
    assertThat(files()).isGreaterThan(files);
    assertThat(rows.rows()).isEqualTo(ROWS);
    assertThat(rows.labels()).contains(0, 1, 2, 3).isEqualTo(halves.load("train").labels());
    float[] rounded = halves.load("train").features();
    assertThat(rounded).isNotEqualTo(rows.features());
    for (int i = 0; i < rounded.length; i++) {
      assertThat(rounded[i]).isCloseTo(rows.features()[i], within(0.01f));
    }
  }

  @Test
  void rejectsZeroRows() {
    assertThatThrownBy(
            () ->
                new SelectBench.Options(
                    SelectionSpec.of(null, null),
                    0,
                    D,
                    4,
                    FeatureType.FLOAT32,
                    1,
                    0,
                    folder.toString(),
                    null))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("0 rows");
  }

  private long files() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.count();
    }
  }

  private Features features(FeatureType type) {
    return new SyntheticFeatures(ROWS, D, 4, type, 3)
        .in(new ArtifactStore(new FolderStore(folder)));
  }

  private SelectBench.Options options(FeatureType type, Path out) {
    return new SelectBench.Options(
        SelectionSpec.of(null, null), ROWS, D, 4, type, 1, 3, folder.toString(), out.toString());
  }
}
