package io.winnow.datasets.source.cifar;

import static io.winnow.datasets.source.DatasetSource.HELDOUT;
import static io.winnow.datasets.source.DatasetSource.TRAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.ImageShape;
import io.winnow.datasets.source.BatchReader;
import io.winnow.datasets.source.DatasetSource;
import io.winnow.datasets.source.Sources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CifarFormatTest {
  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    Files.write(folder.resolve("data_batch_1.bin"), Sources.cifar(12, 0));
    Files.write(folder.resolve("data_batch_2.bin"), Sources.cifar(8, 2));
    Files.write(folder.resolve("test_batch.bin"), Sources.cifar(10, 0));
  }

  @Test
  void readsBatchesOneAfterTheOther() throws IOException {
    // given
    Files.writeString(
        folder.resolve("batches.meta.txt"),
        "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n");

    // when
    try (DatasetSource source = Sources.open(folder)) {
      List<int[]> train = Sources.rows(source, TRAIN, 7);

      // then
      assertThat(source.format()).isEqualTo("cifar10");
      assertThat(source.shape()).isEqualTo(new ImageShape(3, 32, 32));
      assertThat(source.classes()).hasSize(10).startsWith("airplane").endsWith("truck");
      assertThat(source.rows(HELDOUT)).isEqualTo(10);
      assertThat(train.stream().map(r -> r[0]))
          .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
      assertThat(train.get(13)[1]).isEqualTo(1);
      assertThat(train.get(13)[1 + 3071]).isEqualTo((1 + 3071) & 0xFF);
    }
  }

  @Test
  void namesClassesByNumberWithoutNames() {
    try (DatasetSource source = Sources.open(folder)) {
      assertThat(source.classes()).startsWith("0").endsWith("9").hasSize(10);
    }
  }

  @Test
  void refusesATruncatedBatch() throws IOException {
    Path batch = folder.resolve("data_batch_2.bin");
    Files.write(batch, Arrays.copyOf(Files.readAllBytes(batch), 8 * 3073 - 1));

    fails("data_batch_2.bin is truncated", "24583 bytes", "3073");
  }

  @Test
  void refusesALabelAboveNine() throws IOException {
    byte[] records = Sources.cifar(8, 0);
    records[3 * 3073] = 10;
    Files.write(folder.resolve("data_batch_2.bin"), records);

    fails("data_batch_2.bin: record 3 has label 10");
  }

  @Test
  void refusesAWrongNumberOfNames() throws IOException {
    Files.writeString(folder.resolve("batches.meta.txt"), "airplane\n");

    fails("batches.meta.txt has 1 class names, not 10");
  }

  @Test
  void refusesATestBatchAlone() throws IOException {
    Files.delete(folder.resolve("data_batch_1.bin"));
    Files.delete(folder.resolve("data_batch_2.bin"));

    fails("has no training batch of CIFAR-10");
  }

  @Test
  void readsTheWholeOfCifar10() {
    // given
    Path real = Path.of(System.getProperty("winnow.shared", "none"), "data/cifar-10-batches-bin");
    Assumptions.assumeTrue(Files.isDirectory(real), "needs shared/data/cifar-10-batches-bin");

    // when
    try (DatasetSource source = Sources.open(real)) {
      // then
      assertThat(source.rows(TRAIN)).isEqualTo(50_000);
      assertThat(source.rows(HELDOUT)).isEqualTo(10_000);
      assertThat(source.classes()).contains("frog");
      try (BatchReader reader = source.read(HELDOUT)) {
        // the first test image of CIFAR-10 is a cat
        assertThat(source.classes().get(reader.next(1).orElseThrow().labels()[0])).isEqualTo("cat");
      }
    }
  }

  private void fails(String... parts) {
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> Sources.open(folder).close())
        .satisfies(e -> assertThat(e.getMessage()).contains(parts));
  }
}
