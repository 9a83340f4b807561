package io.winnow.datasets.source.cifar;

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
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Record i has the fine label i mod 100 and the coarse label 7i mod 20; its pixel j is i + j mod
 * 256.
 */
class Cifar100FormatTest {
  private static final int TRAINED = 200;
  private static final int TESTED = 100;

  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    Files.write(folder.resolve("train.bin"), records(TRAINED));
    Files.write(folder.resolve("test.bin"), records(TESTED));
  }

  private static byte[] records(int n) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < n; i++) {
      out.write(7 * i % 20);
      out.write(i % 100);
      for (int j = 0; j < 3072; j++) {
        out.write(i + j);
      }
    }
    return out.toByteArray();
  }

  @ParameterizedTest
  @CsvSource({", 100, 1, 100", "fine_label, 100, 1, 100", "coarse_label, 20, 7, 20"})
  void readsFineOrCoarseLabels(String column, int classes, int factor, int modulus) {
    try (DatasetSource source = open(column)) {
      assertThat(source.format()).isEqualTo("cifar100");
      assertThat(source.shape()).isEqualTo(new ImageShape(3, 32, 32));
      assertThat(source.classes()).hasSize(classes).startsWith("0");
      List<int[]> train = Sources.rows(source, TRAIN, 64);
      assertThat(train).hasSize(TRAINED);
      for (int i = 0; i < TRAINED; i++) {
        assertThat(train.get(i)[0]).isEqualTo(factor * i % modulus);
        assertThat(train.get(i)[1]).isEqualTo(i & 0xFF);
        assertThat(train.get(i)[3072]).isEqualTo(i + 3071 & 0xFF);
      }
      assertThat(Sources.rows(source, HELDOUT, 64)).hasSize(TESTED);
    }
  }

  @Test
  void takesTheNamesOfTheLabelsThatAreRead() throws IOException {
    write("fine_label_names.txt", 100, "fine");
    write("coarse_label_names.txt", 20, "coarse");

    try (DatasetSource fine = open(null);
        DatasetSource coarse = open("coarse_label")) {
      assertThat(fine.classes()).hasSize(100).startsWith("fine 0").endsWith("fine 99");
      assertThat(coarse.classes()).hasSize(20).startsWith("coarse 0").endsWith("coarse 19");
    }
    assertThat(address(null)).isNotEqualTo(address("coarse_label"));
  }

  private void write(String file, int lines, String prefix) throws IOException {
    Files.write(
        folder.resolve(file), IntStream.range(0, lines).mapToObj(i -> prefix + " " + i).toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"fine", "label"})
  void refusesOtherLabels(String column) {
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> open(column))
        .withMessageContaining("\"dataset.labelColumn\" is \"" + column + "\"")
        .withMessageContaining("use fine_label or coarse_label");
  }

  @Test
  void refusesADamagedFile() throws IOException {
    write("fine_label_names.txt", 99, "fine");
    fails("fine_label_names.txt has 99 class names, not 100");

    byte[] wrong = records(TRAINED);
    wrong[3074 + 1] = 100;
    Files.write(folder.resolve("train.bin"), wrong);
    fails("train.bin: record 1 has label 100");

    Files.write(folder.resolve("train.bin"), Sources.cifar(12, 0));
    fails("train.bin is truncated: 36876 bytes are not a whole number of records of 3074 bytes");

    Files.delete(folder.resolve("train.bin"));
    fails("has no training file of CIFAR-100");
  }

  private void fails(String problem) {
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> open(null))
        .withMessageContaining(problem);
  }

  private DatasetSource open(String column) {
    return DatasetSource.open(spec(column), folder, null);
  }

  private String address(String column) {
    try (DatasetSource source = open(column)) {
      return new DatasetImport(spec(column), source).address().path();
    }
  }

  private DatasetSpec spec(String column) {
    return DatasetSpecBuilder.builder().source(folder.toString()).labelColumn(column).build();
  }
}
