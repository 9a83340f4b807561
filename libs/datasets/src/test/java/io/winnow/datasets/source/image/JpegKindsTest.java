package io.winnow.datasets.source.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.DatasetSpec.Resize;
import io.winnow.datasets.ImageShape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** JPEGs and the pixels that Pillow reads from them: see src/test/python/jpeg_kinds.py. */
class JpegKindsTest {
  private static final int SIDE = 19;
  private static final int PLANE = SIDE * SIDE;
  private final ImageDecoder decoder = new ImageDecoder();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "444",
        "422",
        "420",
        "progressive",
        "restarts",
        "rgb",
        "grey",
        "grey-progressive",
        "coarse",
        "no-jfif",
        "ids-012",
        "ids-012-jfif",
        "ids-YCc",
        "ids-YCc-jfif",
        "ids-RGB",
        "ids-RGB-jfif",
        "ids-rgb",
        "ids-rgb-jfif",
        "ids-odd",
        "ids-odd-jfif",
        "adobe-0",
        "adobe-0-jfif",
        "adobe-0-ids-RGB",
        "adobe-1",
        "adobe-1-jfif",
        "adobe-1-ids-RGB",
        "adobe-2",
        "adobe-2-jfif",
        "adobe-2-ids-RGB",
        "adobe-3",
        "adobe-3-jfif",
        "adobe-3-ids-RGB",
        "wide",
        "wide-bytes-before",
        "wide-fill",
        "wide-adobe-0",
        "wide-grey",
        "bytes-before",
        "bytes-after",
        "bad-profile",
        "cmyk",
        "cmyk-no-adobe",
        "ycck-1",
        "ycck-2",
        "ycck-3"
      })
  void readsWhatPillowReads(String name) throws IOException {
    byte[] pixels = decoded(file(name + ".jpg"), name);

    byte[] expected = file(name + ".rgb");
    int[] differences =
        IntStream.range(0, expected.length)
            .map(i -> Math.abs((pixels[i % 3 * PLANE + i / 3] & 0xFF) - (expected[i] & 0xFF)))
            .toArray();
    // implementations of libjpeg may round differently
    assertThat(Arrays.stream(differences).max().orElseThrow()).isLessThanOrEqualTo(2);
  }

  @Test
  void inksCountAsColour() throws IOException {
    assertThat(decoder.inspect(file("ycck-2.jpg"), "ycck-2.jpg"))
        .isEqualTo(new ImageDecoder.Header(SIDE, SIDE, 3));
  }

  @Test
  void refusesDataOfAnotherRestartInterval() throws IOException {
    // given: libjpeg goes on with a warning, and the blocks between are grey
    byte[] content = file("restarts.jpg");
    String text = new String(content, StandardCharsets.ISO_8859_1);
    content[text.lastIndexOf("\u00ff\u00d0") + 1] = (byte) 0xd5;

    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> decoded(content, "restarts"))
        .withMessageContaining("restarts.jpg is not a readable PNG or JPEG")
        .withMessageContaining("instead of RST");
  }

  @Test
  void anUnknownWarningIsAnError() {
    assertThat(DecoderWarnings.harmless("Corrupt JPEG data: bad Huffman code")).isFalse();
    assertThat(DecoderWarnings.harmless("16 bit DQT encountered")).isFalse();
    assertThat(DecoderWarnings.harmless("something new")).isFalse();
    assertThat(DecoderWarnings.harmless("Bad 'ICC_PROFILE' chunk(s). Ignoring ICC profile."))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 7})
  void findsTheOrientationBehindFillBytes(int fill) throws IOException {
    // given an Exif segment whose marker has more than one 0xff
    byte[] plain = file("420.jpg");
    ByteBuffer made = ByteBuffer.allocate(plain.length + 64);
    made.put(plain, 0, 2).put(new byte[fill]).put((byte) 0xff).put((byte) 0xff).put((byte) 0xe1);
    made.putShort((short) (2 + 6 + 26));
    made.put("Exif\0\0MM\0*".getBytes(StandardCharsets.ISO_8859_1)).putInt(8);
    made.putShort((short) 1).putShort((short) 0x0112).putShort((short) 3).putInt(1);
    made.putShort((short) 6).putShort((short) 0).putInt(0);
    made.put(plain, 2, plain.length - 2);

    assertThat(Orientation.of(made.array())).isEqualTo(new Orientation(6));
  }

  private byte[] decoded(byte[] content, String name) {
    byte[] pixels = new byte[3 * PLANE];
    decoder.decode(
        content,
        name + ".jpg",
        new ImageResizing(Resize.NONE, 0),
        new ImageShape(3, SIDE, SIDE),
        pixels,
        0);
    return pixels;
  }

  private static byte[] file(String name) throws IOException {
    try (InputStream in = JpegKindsTest.class.getResourceAsStream("/jpeg/" + name)) {
      return in.readAllBytes();
    }
  }
}
