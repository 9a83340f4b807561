package io.winnow.datasets.source.image;

import static io.winnow.datasets.source.DatasetSource.TRAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.contracts.spec.DatasetSpec.Resize;
import io.winnow.contracts.spec.DatasetSpecBuilder;
import io.winnow.datasets.ImageShape;
import io.winnow.datasets.source.DatasetSource;
import io.winnow.datasets.source.Sources;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageResizingTest {
  @TempDir Path folder;

  // shrinking, enlarging, wide, tall, one side kept, large ratios
  @ParameterizedTest
  @CsvSource({
    "CROP, 40, 24, 8",
    "CROP, 24, 41, 8",
    "CROP, 7, 5, 16",
    "CROP, 16, 9, 9",
    "SQUASH, 40, 24, 8",
    "SQUASH, 5, 7, 16",
    "SQUASH, 301, 3, 4"
  })
  void resizesByTheWidenedCubicKernel(Resize resize, int width, int height, int size) {
    // given
    byte[] plane = new byte[width * height];
    new Random(3).nextBytes(plane);

    // when
    byte[] fitted = new byte[size * size + 1];
    new ImageResizing(resize, size).apply(plane, width, height, fitted, 1);

    // then every pixel is the two-dimensional weighted mean of the plane
    int wide = resize == Resize.SQUASH || width <= height ? size : rounded(size, width, height);
    int tall = resize == Resize.SQUASH || height <= width ? size : rounded(size, height, width);
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        double expected =
            mean(plane, width, height, wide, tall, x + (wide - size) / 2, y + (tall - size) / 2);
        assertThat(fitted[1 + y * size + x] & 0xFF)
            .isCloseTo((int) Math.round(expected), within(1));
      }
    }
  }

  private static int rounded(int size, int side, int other) {
    return (int) Math.round((double) size * side / other);
  }

  private static double mean(
      byte[] plane, int width, int height, int wide, int tall, int x, int y) {
    double sum = 0;
    double weights = 0;
    for (int v = 0; v < height; v++) {
      for (int u = 0; u < width; u++) {
        double w = weight(u, x, width, wide) * weight(v, y, height, tall);
        sum += w * (plane[v * width + u] & 0xFF);
        weights += w;
      }
    }
    return Math.max(0, Math.min(255, sum / weights));
  }

  /** Keys' cubic, a = −½, of the distance in pixels of the coarser grid. */
  private static double weight(int from, int to, int in, int out) {
    double scale = (double) in / out;
    double d = Math.abs((from + 0.5 - (to + 0.5) * scale) / Math.max(1, scale));
    double a = -0.5;
    if (d <= 1) {
      return (a + 2) * Math.pow(d, 3) - (a + 3) * d * d + 1;
    }
    return d < 2 ? a * Math.pow(d, 3) - 5 * a * d * d + 8 * a * d - 4 * a : 0;
  }

  @Test
  void aPlainAreaStaysPlainAndAFineGridBecomesItsMean() {
    // given stripes of one pixel, which plain interpolation would alias
    byte[] plane = new byte[64 * 64];
    for (int i = 0; i < plane.length; i++) {
      plane[i] = (byte) (i % 2 == 0 ? 200 : 0);
    }

    // when
    byte[] fitted = new byte[64];
    new ImageResizing(Resize.SQUASH, 8).apply(plane, 64, 64, fitted, 0);

    // then: at the edges, where the kernel is cut, nearly
    for (int i = 0; i < 64; i++) {
      boolean edge = i % 8 == 0 || i % 8 == 7;
      assertThat(fitted[i] & 0xFF).isCloseTo(100, within(edge ? 8 : 1));
    }
  }

  @Test
  void cropKeepsTheMiddleAndSquashKeepsAll() {
    // given images twice as wide as high: black, with white outer quarters
    for (int i = 0; i < 2; i++) {
      Sources.image(folder.resolve("a/" + i + ".png"), "png", curtains());
      Sources.image(folder.resolve("b/" + i + ".png"), "png", Sources.grey(20, 20, 0));
    }

    // when
    int[] cropped = firstRow(Resize.CROP);
    int[] squashed = firstRow(Resize.SQUASH);

    // then: the middle row's ends
    assertThat(cropped[1 + 8 * 4 + 1]).isLessThan(40);
    assertThat(squashed[1 + 8 * 4 + 1]).isGreaterThan(200);
    assertThat(squashed[1 + 8 * 4 + 4]).isLessThan(40);
  }

  private int[] firstRow(Resize resize) {
    try (DatasetSource source = DatasetSource.open(spec(resize, 8), folder, null)) {
      assertThat(source.shape()).isEqualTo(new ImageShape(1, 8, 8));
      return Sources.rows(source, TRAIN, 10).get(0);
    }
  }

  private static BufferedImage curtains() {
    BufferedImage image = new BufferedImage(40, 20, BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 0; y < 20; y++) {
      for (int x = 0; x < 40; x++) {
        image.getRaster().setSample(x, y, 0, x < 10 || x >= 30 ? 255 : 0);
      }
    }
    return image;
  }

  @Test
  void resizesIdxAndCifarToo() throws IOException {
    // given
    Sources.idxPair(folder, "train", "", 20, 6, 10);
    Path cifar = Files.createDirectory(folder.resolve("cifar"));
    Files.write(cifar.resolve("data_batch_1.bin"), Sources.cifar(20, 0));

    // when
    try (DatasetSource idx = DatasetSource.open(spec(Resize.SQUASH, 3), folder, null);
        DatasetSource batches =
            DatasetSource.open(
                DatasetSpecBuilder.builder(spec(Resize.CROP, 16)).source(cifar.toString()).build(),
                folder,
                null)) {
      // then
      assertThat(idx.shape()).isEqualTo(new ImageShape(1, 3, 3));
      assertThat(batches.shape()).isEqualTo(new ImageShape(3, 16, 16));
      // pixel j of image i is i + j, so the middle is the mean of the image
      int[] row = Sources.rows(idx, TRAIN, 10).get(0);
      assertThat(row[1 + 4]).isCloseTo(17 + row[0], within(1));
      assertThat(Sources.rows(batches, TRAIN, 7)).hasSize(10);
    }
  }

  @Test
  void refusesAnImageTooLargeToShrink() {
    for (int i = 0; i < 2; i++) {
      Sources.image(folder.resolve("a/" + i + ".png"), "png", Sources.grey(8, 8, i));
      Sources.image(folder.resolve("b/" + i + ".png"), "png", Sources.grey(8, 8, i));
    }
    Sources.image(
        folder.resolve("b/2.png"),
        "png",
        new BufferedImage(8200, 4100, BufferedImage.TYPE_BYTE_BINARY));

    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> DatasetSource.open(spec(Resize.CROP, 8), folder, null))
        .withMessageContaining("b/2.png is 8200×4100 pixels")
        .withMessageContaining("32 Mi pixels");
  }

  private DatasetSpec spec(Resize resize, int size) {
    return new DatasetSpec(folder.toString(), "fit", null, null, null, null, size, resize);
  }
}
