package io.winnow.datasets.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.DatasetSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceFormatsTest {
  @TempDir Path temp;

  @Test
  void everyNameIsAcceptedBySpecsAndKnown() {
    assertThat(SourceFormats.names()).startsWith("auto").doesNotHaveDuplicates().hasSize(10);
    assertThat(SourceFormats.descriptions()).doesNotHaveDuplicates().hasSize(9);
    for (String name : SourceFormats.names()) {
      assertThat(spec(temp, name).format()).isEqualTo(name);
      SourceFormats.require(name);
    }
  }

  @Test
  void anUnknownNameIsRefusedBeforeTheSourceIsLookedAt() {
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> open(temp.resolve("nowhere"), "tfrecord"))
        .satisfies(
            e -> {
              assertThat(e.problem()).contains("\"dataset.format\" is \"tfrecord\"");
              assertThat(e.remedy())
                  .isEqualTo(
                      "use one of auto, idx, cifar10, cifar100, stl10, npz, zip, webdataset, parquet, folder");
            });
  }

  @Test
  void aPlaceOfNoFormatIsRefusedWithAllOfThem() throws IOException {
    Path text = Files.writeString(temp.resolve("notes.txt"), "no images");

    for (Path place : new Path[] {temp, text}) {
      assertThatExceptionOfType(InvalidInputException.class)
          .isThrownBy(() -> open(place, "auto"))
          .satisfies(
              e ->
                  assertThat(e.remedy())
                      .contains(SourceFormats.descriptions())
                      .contains("a folder of IDX files, or "));
    }
  }

  @ParameterizedTest
  @CsvSource({"idx", "cifar10", "cifar100", "folder"})
  void aFormatOfFoldersRefusesAFile(String format) throws IOException {
    Path file = Files.writeString(temp.resolve("data.bin"), "no folder");

    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> open(file, format))
        .withMessageContaining("data.bin\" is not a folder")
        .withMessageContaining("dataset.format");
  }

  @Test
  void aNamedFormatIsUsedThoughAnotherOneMatchesFirst() {
    // given class folders next to IDX files
    Sources.pets(temp);
    Sources.idxPair(temp, "train", "", 20, 6, 10);

    // when, then
    try (DatasetSource detected = open(temp, "auto");
        DatasetSource named = open(temp, "folder")) {
      assertThat(detected.format()).isEqualTo("idx");
      assertThat(named.format()).isEqualTo("folder");
      assertThat(named.classes()).containsExactly("cat", "dog");
    }
  }

  private static DatasetSource open(Path place, String format) {
    return DatasetSource.open(spec(place, format), place, null);
  }

  private static DatasetSpec spec(Path place, String format) {
    return new DatasetSpec(place.toString(), "data", format, null, null, null, null, null);
  }
}
