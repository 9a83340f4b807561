package io.winnow.datasets.source.stl;

import static io.winnow.datasets.source.DatasetSource.HELDOUT;
import static io.winnow.datasets.source.DatasetSource.TRAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.ImageShape;
import io.winnow.datasets.source.DatasetSource;
import io.winnow.datasets.source.Sources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StlFormatTest {
  private static final int SIDE = 96;

  @TempDir Path folder;

  @Test
  void readsColumnsAsRowsAndLabelsFromOne() throws IOException {
    // given ten training images of the ten classes and one test image
    part("train", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    part("test", 3);
    Files.writeString(
        folder.resolve("class_names.txt"),
        "airplane\nbird\ncar\ncat\ndeer\ndog\nhorse\nmonkey\nship\ntruck\n");

    // when
    try (DatasetSource source = Sources.open(folder)) {
      List<int[]> train = Sources.rows(source, TRAIN, 4);

      // then
      assertThat(source.format()).isEqualTo("stl10");
      assertThat(source.shape()).isEqualTo(new ImageShape(3, SIDE, SIDE));
      assertThat(source.classes()).hasSize(10).startsWith("airplane", "bird").endsWith("truck");
      assertThat(train).hasSize(10);
      for (int i = 0; i < 10; i++) {
        assertThat(train.get(i)[0]).isEqualTo(i);
        for (int c = 0; c < 3; c++) {
          int row0 = 1 + c * SIDE * SIDE;
          // x = 5, y = 0, then x = 0, y = 7
          assertThat(train.get(i)[row0 + 5]).isEqualTo(value(i, c, 5, 0));
          assertThat(train.get(i)[row0 + 7 * SIDE]).isEqualTo(value(i, c, 0, 7));
        }
      }
      assertThat(Sources.rows(source, HELDOUT, 4).stream().map(row -> row[0])).containsExactly(2);
    }
  }

  @Test
  void refusesLabelsAndSizesOfOtherFiles() throws IOException {
    part("train", 1, 2);
    Files.write(folder.resolve("train_y.bin"), new byte[] {0, 2});
    fails("image 0 has label 0", "labels are 1 to 10");

    Files.write(folder.resolve("train_y.bin"), new byte[] {1, 2, 3});
    fails("not the 3 images that train_y.bin labels");

    Files.delete(folder.resolve("train_y.bin"));
    fails("has no train_y.bin");

    part("train", 1, 2);
    Files.writeString(folder.resolve("class_names.txt"), "a\nb\n");
    fails("class_names.txt has 2 class names, not 10");
  }

  private void fails(String... words) {
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> Sources.open(folder))
        .satisfies(e -> assertThat(e.getMessage()).contains(words));
  }

  /** Writes images whose pixels tell where they are. */
  private void part(String name, int... labels) throws IOException {
    byte[] images = new byte[labels.length * 3 * SIDE * SIDE];
    byte[] bytes = new byte[labels.length];
    int at = 0;
    for (int i = 0; i < labels.length; i++) {
      bytes[i] = (byte) labels[i];
      for (int c = 0; c < 3; c++) {
        for (int x = 0; x < SIDE; x++) {
          for (int y = 0; y < SIDE; y++) {
            images[at++] = (byte) value(i, c, x, y);
          }
        }
      }
    }
    Files.write(folder.resolve(name + "_X.bin"), images);
    Files.write(folder.resolve(name + "_y.bin"), bytes);
  }

  private static int value(int image, int channel, int x, int y) {
    return (image + 17 * channel + 2 * x + 5 * y) % 256;
  }
}
