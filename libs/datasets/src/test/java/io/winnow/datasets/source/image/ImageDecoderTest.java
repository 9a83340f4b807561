package io.winnow.datasets.source.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.DatasetSpec.Resize;
import io.winnow.datasets.ImageShape;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Images that Pillow wrote: see src/test/python/odd_images.py. Pixels are what Pillow reads. */
class ImageDecoderTest {
  private static final int SIDE = 8;
  private static final ImageResizing AS_IS = new ImageResizing(Resize.NONE, 0);
  private final ImageDecoder decoder = new ImageDecoder();

  // pixels at (x 1, y 0) and (x 5, y 6)
  @ParameterizedTest
  @CsvSource({
    "progressive.jpg, 19, 57, 230, 213, 165, 39",
    "palette.png, 23, 36, 229, 217, 150, 35"
  })
  void readsColour(String name, int r0, int g0, int b0, int r1, int g1, int b1) throws IOException {
    byte[] content = image(name);
    byte[] pixels = new byte[3 * SIDE * SIDE];

    assertThat(decoder.inspect(content, name)).isEqualTo(new ImageDecoder.Header(SIDE, SIDE, 3));
    decoder.decode(content, name, AS_IS, new ImageShape(3, SIDE, SIDE), pixels, 0);

    int plane = SIDE * SIDE;
    int[] expected = {r0, g0, b0, r1, g1, b1};
    for (int c = 0; c < 3; c++) {
      assertThat(pixels[c * plane + 1] & 0xFF).isCloseTo(expected[c], within(3));
      assertThat(pixels[c * plane + 6 * SIDE + 5] & 0xFF).isCloseTo(expected[3 + c], within(3));
    }
  }

  @Test
  void readsGreyJpegWithoutAGamma() throws IOException {
    byte[] content = image("grey.jpg");
    byte[] pixels = new byte[SIDE * SIDE];

    assertThat(decoder.inspect(content, "grey.jpg").channels()).isEqualTo(1);
    decoder.decode(content, "grey.jpg", AS_IS, new ImageShape(1, SIDE, SIDE), pixels, 0);

    assertThat(pixels[1] & 0xFF).isCloseTo(4, within(2));
    assertThat(pixels[6 * SIDE + 5] & 0xFF).isCloseTo(212, within(2));
  }

  @ParameterizedTest
  @CsvSource({
    "grey-alpha.png, has 2 channels",
    "transparent-colour.png, has 4 channels",
    "transparent-palette.png, has 4 channels",
    "deep.png, has 16 bits per channel"
  })
  void refusesWhatIsNeitherGreyNorRgb(String name, String problem) throws IOException {
    byte[] content = image(name);

    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> decoder.inspect(content, name))
        .withMessageContaining(name + " " + problem);
  }

  private static byte[] image(String name) throws IOException {
    try (InputStream in = ImageDecoderTest.class.getResourceAsStream("/images/" + name)) {
      return in.readAllBytes();
    }
  }
}
