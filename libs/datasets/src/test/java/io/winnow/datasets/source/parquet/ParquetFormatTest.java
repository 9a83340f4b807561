package io.winnow.datasets.source.parquet;

import static io.winnow.datasets.source.DatasetSource.HELDOUT;
import static io.winnow.datasets.source.DatasetSource.TRAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.ImageShape;
import io.winnow.datasets.source.DatasetSource;
import io.winnow.datasets.source.Sources;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that pyarrow wrote: see src/test/python/hub_parquet.py. Pixel j of row i is start+i+j. */
class ParquetFormatTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "snappy, 0, 5, cat, dog",
    "zstd, 50, 4, cat, dog",
    "plain, 90, 4, 0, 1",
    "named, 0, 4, cat, dog"
  })
  void readsAFile(String name, int start, int rows, String first, String second) {
    // given
    Path file = copy(name, name + ".parquet");

    // when
    try (DatasetSource source = Sources.open(file)) {
      // then
      assertThat(source.format()).isEqualTo("parquet");
      assertThat(source.classes()).containsExactly(first, second);
      assertThat(source.shape()).isEqualTo(new ImageShape(1, 6, 6));
      List<int[]> all =
          Stream.of(TRAIN, HELDOUT).flatMap(s -> Sources.rows(source, s, 2).stream()).toList();
      assertThat(all.stream().map(r -> r[1] - start))
          .containsExactlyInAnyOrderElementsOf(IntStream.range(0, rows).boxed().toList());
      int odd = name.equals("named") ? 0 : 1;
      assertThat(all)
          .allSatisfy(
              row -> {
                assertThat(row[0]).isEqualTo((row[1] - start) % 2 == 1 ? odd : 1 - odd);
                assertThat(row[36]).isEqualTo(row[1] + 35);
              });
    }
  }

  @Test
  void readsARepositoryOfTheHub() throws IOException {
    // given
    copy("snappy", "data/train-00000-of-00002.parquet");
    copy("zstd", "data/train-00001-of-00002.parquet");
    copy("snappy", "data/validation-00000-of-00001.parquet");
    copy("zstd", "data/test-00000-of-00001.parquet");
    Files.writeString(folder.resolve("README.md"), "a card");

    // when
    try (DatasetSource source = Sources.open(folder)) {
      // then
      assertThat(source.rows(TRAIN)).isEqualTo(9);
      assertThat(source.drawn()).isFalse();
      assertThat(Sources.rows(source, HELDOUT, 10).stream().map(r -> r[1]))
          .containsExactly(50, 51, 52, 53);
    }
  }

  @Test
  void readsTrainAndValidationFoldersAndClassesBeside() throws IOException {
    copy("plain", "train/0000.parquet");
    copy("plain", "validation/0000.parquet");
    Files.writeString(folder.resolve("classes.txt"), "one\ntwo\n");

    try (DatasetSource source = Sources.open(folder)) {
      assertThat(source.classes()).containsExactly("one", "two");
      assertThat(source.rows(TRAIN)).isEqualTo(4);
      assertThat(source.rows(HELDOUT)).isEqualTo(4);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gzip | gzip.parquet is compressed by gzip",
        "delta | delta.parquet has a column encoded by DELTA_BINARY_PACKED",
        "hidden | hidden.parquet: row 2 has label -1",
        "text | text.parquet lacks a required column: a column image",
        "paths | paths.parquet: row 0 has no image"
      })
  void refusesWhatHasNoLabelledImages(String name, String problem) {
    fails(copy(name, name + ".parquet"), problem);
  }

  @Test
  void refusesAFileCutOffOrOfAnotherKind() throws IOException {
    Path cut = copy("snappy", "cut.parquet");
    byte[] whole = Files.readAllBytes(cut);
    Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
    fails(cut, "cut.parquet is not a readable Parquet file");

    // the footer is whole, the images are not
    Path torn = copy("snappy", "torn.parquet");
    Arrays.fill(whole, 4, whole.length / 4, (byte) 0x55);
    Files.write(torn, whole);
    fails(torn, "torn.parquet");

    Path text = folder.resolve("text.parquet");
    Files.write(text, "no parquet".getBytes(StandardCharsets.UTF_8));
    fails(text, "text.parquet is not a readable Parquet file");
  }

  @Test
  void refusesATestPartAlone() {
    copy("snappy", "data/test-00000-of-00001.parquet");

    fails(folder, "has held-out Parquet files, but no training files");
  }

  private static void fails(Path place, String problem) {
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> Sources.open(place))
        .satisfies(e -> assertThat(e.getMessage()).contains(problem));
  }

  private Path copy(String name, String target) {
    Path file = folder.resolve(target);
    try (InputStream in =
        ParquetFormatTest.class.getResourceAsStream("/parquet/" + name + ".parquet")) {
      Files.createDirectories(file.getParent());
      Files.copy(in, file);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
