package io.winnow.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.InvalidInputException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class ImageGridTest {

  @Test
  void greyImagesKeepTheirValuesAndPlaces() throws IOException {
    // given: three 2×3 images in two columns
    byte[] values = new byte[3 * 6];
    for (int i = 0; i < values.length; i++) {
      values[i] = (byte) (i * 14);
    }
    ImageBatch images = new ImageBatch(new ImageShape(1, 2, 3), values, new int[3]);

    // when
    BufferedImage picture = read(ImageGrid.png(images, 2));

    // then
    assertThat(picture.getWidth()).isEqualTo(2 + 2 * 5);
    assertThat(picture.getHeight()).isEqualTo(2 + 2 * 4);
    for (int i = 0; i < 3; i++) {
      for (int y = 0; y < 2; y++) {
        for (int x = 0; x < 3; x++) {
          int sample = picture.getRaster().getSample(2 + i % 2 * 5 + x, 2 + i / 2 * 4 + y, 0);
          assertThat(sample).isEqualTo(values[i * 6 + y * 3 + x] & 0xFF);
        }
      }
    }
    assertThat(picture.getRaster().getSample(8, 7, 0)).as("cell without image").isEqualTo(128);
    assertThat(picture.getRaster().getSample(0, 0, 0)).as("gap").isEqualTo(128);
  }

  @Test
  void colourPlanesAreRedGreenBlue() throws IOException {
    // given: one pixel
    ImageBatch images =
        new ImageBatch(new ImageShape(3, 1, 1), new byte[] {(byte) 250, 100, 7}, new int[1]);

    // when
    BufferedImage picture = read(ImageGrid.png(images, 1));

    // then
    assertThat(picture.getRGB(2, 2) & 0xFFFFFF).isEqualTo(250 << 16 | 100 << 8 | 7);
  }

  @Test
  void classesInTurnBecomeARowAClass() {
    // given seven images of one pixel, whose class is their position modulo 3
    ImageBatch images =
        new ImageBatch(
            new ImageShape(1, 1, 1),
            new byte[] {0, 1, 2, 3, 4, 5, 6},
            new int[] {0, 1, 2, 0, 1, 2, 0});

    // when
    ImageBatch rows = ImageGrid.byClass(images, 3, 2);

    // then
    assertThat(rows.images()).containsExactly(0, 3, 1, 4, 2, 5);
    assertThat(rows.labels()).containsExactly(0, 0, 1, 1, 2, 2);
  }

  @Test
  void equalImagesGiveEqualBytes() {
    ImageBatch images = new ImageBatch(new ImageShape(1, 4, 4), new byte[5 * 16], new int[5]);
    assertThat(ImageGrid.png(images, 3)).isEqualTo(ImageGrid.png(images, 3));
  }

  @Test
  void noImagesAreRefused() {
    ImageBatch none = new ImageBatch(new ImageShape(1, 4, 4), new byte[0], new int[0]);
    assertThatThrownBy(() -> ImageGrid.png(none, 3))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("0 images");
  }

  @Test
  void aPictureTooLargeForAnArrayIsRefused() {
    ImageBatch image = new ImageBatch(new ImageShape(1, 1, 1), new byte[1], new int[1]);
    assertThatThrownBy(() -> ImageGrid.png(image, Integer.MAX_VALUE))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("too large");
  }

  private static BufferedImage read(byte[] png) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(png));
  }
}
