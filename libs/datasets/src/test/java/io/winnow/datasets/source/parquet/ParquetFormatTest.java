package io.winnow.datasets.source.parquet;

import static io.winnow.datasets.source.DatasetSource.HELDOUT;
import static io.winnow.datasets.source.DatasetSource.TRAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.contracts.spec.DatasetSpecBuilder;
import io.winnow.datasets.ImageShape;
import io.winnow.datasets.source.DatasetImport;
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
    "gzip, 0, 4, cat, dog",
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

  @Test
  void namesNumberedClassesByAListOfImageNet() throws IOException {
    copy("plain", "train.parquet");
    Files.writeString(folder.resolve("LOC_synset_mapping.txt"), "n01 tench\nn02 crane, bird\n");

    try (DatasetSource source = Sources.open(folder)) {
      assertThat(source.classes()).containsExactly("tench", "crane, bird");
    }

    // and not by a list of another number of classes
    Files.writeString(folder.resolve("LOC_synset_mapping.txt"), "n01 tench\n");
    try (DatasetSource source = Sources.open(folder)) {
      assertThat(source.classes()).containsExactly("0", "1");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "twice | twice.parquet gives the same name to two classes",
        "delta | delta.parquet has a column encoded by DELTA_BINARY_PACKED",
        "hidden | hidden.parquet: row 2 has label -1",
        "text | text.parquet lacks a required column: a column image",
        "paths | paths.parquet: row 0 has no image"
      })
  void refusesWhatHasNoLabelledImages(String name, String problem) {
    fails(copy(name, name + ".parquet"), problem);
  }

  @ParameterizedTest
  @CsvSource({
    "train-0, test-0",
    "mnist-train, mnist-test",
    "mnist_train, mnist_test",
    "Mnist.Training, Mnist.Testing",
    "training, testing",
    "train-00000-of-00001, val-00000-of-00001",
    "train-0, valid-0",
    "train, dev",
    "train_0, x_eval_0",
    "train, VALIDATION",
    "train/0, test/0",
    "data/train-0, data/validation-0",
    "default/train/0000, default/test/0000",
    "my-train/0, my-val/0"
  })
  void tellsPartsByTheirNames(String train, String heldout) {
    // given 5 rows to train on and 4 held out
    copy("snappy", train + ".parquet");
    copy("zstd", heldout + ".parquet");

    // when
    try (DatasetSource source = Sources.open(folder)) {
      // then
      assertThat(source.drawn()).isFalse();
      assertThat(Sources.rows(source, TRAIN, 9).stream().map(r -> r[1]))
          .containsExactly(0, 1, 2, 3, 4);
      assertThat(Sources.rows(source, HELDOUT, 9).stream().map(r -> r[1]))
          .containsExactly(50, 51, 52, 53);
      assertThat(source.remarks()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "train-0, extra-0, extra-0.parquet",
    "train-0, trainset, trainset.parquet",
    "train-0, latest, latest.parquet",
    "train-0, train-test-split, train-test-split.parquet",
    "train/0, train/test-0, train/test-0.parquet",
    "train-0, 0000, 0000.parquet",
    "train-0, more/0, more"
  })
  void refusesNamesThatDoNotSayAPart(String first, String second, String named) {
    copy("snappy", first + ".parquet");
    copy("zstd", second + ".parquet");

    fails(folder, named);
  }

  @Test
  void saysWhichFilesAreNotUsed() {
    copy("snappy", "train-0.parquet");
    copy("zstd", "test-0.parquet");
    copy("gzip", "validation-0.parquet");

    try (DatasetSource source = Sources.open(folder)) {
      assertThat(source.rows(HELDOUT)).isEqualTo(4);
      assertThat(source.remarks())
          .containsExactly(
              "1 validation file is not used, since the data set has a test part:"
                  + " validation-0.parquet");
    }
  }

  @Test
  void bringsLabelsTogetherByName() {
    // given row i has label i mod 2, which is cat, dog in one file and dog, cat in the other; and
    // a third with labels i mod 3 for eel, dog, cat
    copy("snappy", "train-0.parquet");
    copy("three", "train-1.parquet");
    copy("swapped", "test-0.parquet");

    // when
    try (DatasetSource source = Sources.open(folder)) {
      // then
      List<String> classes = source.classes();
      assertThat(classes).containsExactly("cat", "dog", "eel");
      assertThat(Sources.rows(source, TRAIN, 4).stream().map(r -> classes.get(r[0])))
          .containsExactly(
              "cat", "dog", "cat", "dog", "cat", "eel", "dog", "cat", "eel", "dog", "cat");
      assertThat(Sources.rows(source, HELDOUT, 4).stream().map(r -> classes.get(r[0])))
          .containsExactly("dog", "cat", "dog", "cat");
    }
  }

  @Test
  void filesWithoutNamesTakeThoseOfTheOthersUnlessTheyDiffer() {
    copy("snappy", "train-0.parquet");
    copy("unnamed", "test-0.parquet");

    try (DatasetSource source = Sources.open(folder)) {
      assertThat(Sources.rows(source, HELDOUT, 4).stream().map(r -> source.classes().get(r[0])))
          .containsExactly("cat", "dog", "cat", "dog");
    }

    copy("swapped", "train-1.parquet");
    fails(folder, "test-0.parquet names no classes, and the names in other files differ");
  }

  @Test
  void refusesAClassThatOnlyTheTestPartHas() {
    copy("snappy", "train-0.parquet");
    copy("three", "test-0.parquet");

    fails(folder, "class 2 has no training images");
  }

  @Test
  void holdsOutTrainingImagesIfTheTestLabelsAreNotPublished() {
    copy("snappy", "train-0.parquet");
    copy("unpublished", "test-0.parquet");

    try (DatasetSource source = Sources.open(folder)) {
      assertThat(source.drawn()).isTrue();
      assertThat(source.rows(TRAIN) + source.rows(HELDOUT)).isEqualTo(5);
      assertThat(source.classes()).containsExactly("cat", "dog");
      assertThat(source.remarks()).anyMatch(r -> r.contains("labels of the test part are not"));
    }
  }

  @ParameterizedTest
  @CsvSource({"fine, 3", "coarse, 2", "id, 6"})
  void theLabelColumnCanBeChosen(String column, int classes) {
    Path file = copy("columns", "columns.parquet");

    // when all images have a class of their own, there is none left to hold out
    if (column.equals("id")) {
      assertThatExceptionOfType(InvalidInputException.class)
          .isThrownBy(() -> open(file, "picture", column))
          .withMessageContaining("has 1 image");
      return;
    }
    try (DatasetSource source = open(file, "picture", column)) {
      // then label is i mod 3, or half of it
      assertThat(source.classes()).hasSize(classes);
      Stream.of(TRAIN, HELDOUT)
          .flatMap(split -> Sources.rows(source, split, 4).stream())
          .forEach(row -> assertThat(row[0]).isEqualTo(classes == 3 ? row[1] % 3 : row[1] % 3 / 2));
    }
    assertThat(address(file, null, "fine")).isNotEqualTo(address(file, null, "coarse"));
  }

  @Test
  void refusesAChoiceBetweenColumnsThatIsNotMade() {
    Path file = copy("columns", "columns.parquet");

    fails(file, "columns.parquet has several columns that can be the labels: coarse, fine, id");
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> open(file, "photo", "fine"))
        .withMessageContaining("has no column \"photo\" of images")
        .withMessageContaining("set dataset.imageColumn to one of picture");
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> open(Sources.pets(folder.resolve("pets")), null, "fine"))
        .withMessageContaining("in the format folder, which has no columns");
  }

  private static DatasetSource open(Path place, String image, String label) {
    return DatasetSource.open(spec(place, image, label), place, null);
  }

  private static String address(Path place, String image, String label) {
    DatasetSpec spec = spec(place, image, label);
    try (DatasetSource source = DatasetSource.open(spec, place, null)) {
      return new DatasetImport(spec, source).address().path();
    }
  }

  private static DatasetSpec spec(Path place, String image, String label) {
    return DatasetSpecBuilder.builder()
        .source(place.toString())
        .imageColumn(image)
        .labelColumn(label)
        .build();
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
