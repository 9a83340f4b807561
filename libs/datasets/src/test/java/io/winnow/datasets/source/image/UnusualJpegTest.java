package io.winnow.datasets.source.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.winnow.contracts.spec.DatasetSpec.Resize;
import io.winnow.datasets.ImageShape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** JPEGs that the JDK wrote, with changed markers; pixels are those of the JDK's libjpeg. */
class UnusualJpegTest {
  private static final int SIDE = 32;
  private static final byte[] ADOBE_0 = {
    (byte) 0xff, (byte) 0xee, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0
  };

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 20, 40})
  void tablesOf16BitsAreRead(int factor) throws IOException {
    // given tables with 16-bit entries, multiplied: a coarser picture
    byte[] content = segments(written(), 0xdb, body -> wide(body, factor), 0xc1);

    // then
    assertThat(JpegMarkers.of(content).unusual()).isTrue();
    assertPixels(content, jdk(content));
  }

  @Test
  void aJfifMarkerMeansYCbCrWhateverAdobeSays() throws IOException {
    byte[] plain = written();
    byte[] content = inserted(plain, ADOBE_0);

    assertThat(JpegMarkers.of(plain).unusual()).isFalse();
    assertThat(JpegMarkers.of(content).unusual()).isTrue();
    assertPixels(content, jdk(plain));
  }

  @Test
  void unknownComponentIdsMeanYCbCr() throws IOException {
    // given a file without JFIF whose components are Y, C and c
    byte[] plain = written();
    byte[] content = renamed(withoutJfif(plain));

    assertThat(JpegMarkers.of(content).components()).containsExactly('Y', 'C', 'c');
    assertThat(JpegMarkers.of(content).unusual()).isTrue();
    assertPixels(content, jdk(plain));
  }

  @Test
  void usualFilesAreLeftToTheUsualReader() throws IOException {
    assertThat(JpegMarkers.of(written()).unusual()).isFalse();
    assertThat(JpegMarkers.of(written()).yCbCr()).isTrue();
    assertThat(JpegMarkers.of(withoutJfif(written())).unusual()).isFalse();
    assertThat(JpegMarkers.of(inserted(withoutJfif(written()), ADOBE_0)).yCbCr()).isFalse();
  }

  private static void assertPixels(byte[] content, BufferedImage expected) {
    byte[] pixels = new byte[3 * SIDE * SIDE];
    new ImageDecoder()
        .decode(
            content,
            "a.jpg",
            new ImageResizing(Resize.NONE, 0),
            new ImageShape(3, SIDE, SIDE),
            pixels,
            0);
    for (int c = 0; c < 3; c++) {
      for (int i = 0; i < SIDE * SIDE; i++) {
        int right = expected.getRGB(i % SIDE, i / SIDE) >> 16 - 8 * c & 0xff;
        assertThat(pixels[c * SIDE * SIDE + i] & 0xff).isCloseTo(right, within(1));
      }
    }
  }

  private static byte[] written() throws IOException {
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        int red = (int) (128 + 100 * Math.sin(x / 5.0) * Math.cos(y / 7.0));
        int green = (int) (128 + 100 * Math.sin(x / 5.0 + 1) * Math.cos(y / 7.0));
        int blue = (int) (128 + 100 * Math.sin(x / 5.0 + 2) * Math.cos(y / 7.0));
        image.setRGB(x, y, red << 16 | green << 8 | blue);
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, "jpeg", out);
    return out.toByteArray();
  }

  private static BufferedImage jdk(byte[] content) throws IOException {
    var readers = ImageIO.getImageReadersByFormatName("jpeg");
    while (readers.hasNext()) {
      ImageReader reader = readers.next();
      if (reader.getClass().getName().startsWith("com.sun.imageio")) {
        try (ImageInputStream in =
            ImageIO.createImageInputStream(new ByteArrayInputStream(content))) {
          reader.setInput(in, true, true);
          return reader.read(0);
        }
      }
    }
    throw new IllegalStateException("no JPEG reader in this JDK");
  }

  private static byte[] wide(byte[] body, int factor) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int at = 0; at < body.length; at += 65) {
      out.write(body[at] | 0x10);
      for (int i = 1; i <= 64; i++) {
        int entry = (body[at + i] & 0xff) * factor;
        out.write(entry >> 8);
        out.write(entry);
      }
    }
    return out.toByteArray();
  }

  /** Changes the bodies of one kind of segment, and the marker of a baseline frame. */
  private static byte[] segments(
      byte[] content, int kind, UnaryOperator<byte[]> change, int frame) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(content, 0, 2);
    int at = 2;
    while (true) {
      int marker = content[at + 1] & 0xff;
      int length = (content[at + 2] & 0xff) << 8 | content[at + 3] & 0xff;
      byte[] body = java.util.Arrays.copyOfRange(content, at + 4, at + 2 + length);
      byte[] made = marker == kind ? change.apply(body) : body;
      if (made != null) {
        out.write(0xff);
        out.write(marker == 0xc0 ? frame : marker);
        out.write(made.length + 2 >> 8);
        out.write(made.length + 2);
        out.writeBytes(made);
      }
      at += 2 + length;
      if (marker == 0xda) {
        out.write(content, at, content.length - at);
        return out.toByteArray();
      }
    }
  }

  private static byte[] withoutJfif(byte[] content) {
    return segments(content, 0xe0, body -> null, 0xc0);
  }

  private static byte[] renamed(byte[] content) {
    byte[] ids = "YCc".getBytes(StandardCharsets.ISO_8859_1);
    byte[] frame =
        segments(
            content,
            0xc0,
            body -> {
              for (int i = 0; i < 3; i++) {
                body[6 + 3 * i] = ids[i];
              }
              return body;
            },
            0xc0);
    return segments(
        frame,
        0xda,
        body -> {
          for (int i = 0; i < 3; i++) {
            body[1 + 2 * i] = ids[i];
          }
          return body;
        },
        0xc0);
  }

  /** A segment after the JFIF marker, or else after the start. */
  private static byte[] inserted(byte[] content, byte[] segment) {
    int at = content[3] == (byte) 0xe0 ? 4 + ((content[4] & 0xff) << 8 | content[5] & 0xff) : 2;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(content, 0, at);
    out.writeBytes(segment);
    out.write(content, at, content.length - at);
    return out.toByteArray();
  }
}
