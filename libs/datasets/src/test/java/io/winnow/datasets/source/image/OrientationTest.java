package io.winnow.datasets.source.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.contracts.spec.DatasetSpec.Resize;
import io.winnow.datasets.ImageShape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OrientationTest {

  // Exif 2.32, table 6, of the rows 1 2 3 and 4 5 6
  @ParameterizedTest
  @CsvSource({
    "1, 123456",
    "2, 321654",
    "3, 654321",
    "4, 456123",
    "5, 142536",
    "6, 415263",
    "7, 635241",
    "8, 362514"
  })
  void turnsRowsAndColumns(int code, String expected) {
    byte[] shown = new Orientation(code).shown(new byte[] {1, 2, 3, 4, 5, 6}, 3, 2);

    StringBuilder digits = new StringBuilder();
    for (byte value : shown) {
      digits.append(value);
    }
    assertThat(digits).hasToString(expected);
    assertThat(new Orientation(code).transposes()).isEqualTo(code >= 5);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void readsItFromPngAndJpeg(boolean bigEndian) throws IOException {
    for (int code = 1; code <= 8; code++) {
      assertThat(Orientation.of(png(code, bigEndian)).code()).isEqualTo(code);
      assertThat(Orientation.of(jpeg(code, bigEndian)).code()).isEqualTo(code);
    }
    assertThat(Orientation.of(png(9, bigEndian))).isEqualTo(Orientation.STORED);
    assertThat(Orientation.of(written("png"))).isEqualTo(Orientation.STORED);
    assertThat(Orientation.of(written("jpeg"))).isEqualTo(Orientation.STORED);
  }

  @Test
  void damagedMarkersAreIgnored() throws IOException {
    byte[] whole = jpeg(6, true);
    for (int length = 0; length < whole.length; length++) {
      Orientation.of(java.util.Arrays.copyOf(whole, length));
    }
    byte[] png = png(6, false);
    for (int length = 0; length < png.length; length++) {
      Orientation.of(java.util.Arrays.copyOf(png, length));
    }
  }

  @Test
  void imagesAreDecodedAsTheyAreShown() throws IOException {
    // given a stored image of 3×2 that is shown turned
    byte[] content = png(6, true);
    ImageDecoder decoder = new ImageDecoder();

    // when
    ImageDecoder.Header header = decoder.inspect(content, "a.png");
    byte[] pixels = new byte[6];
    decoder.decode(
        content, "a.png", new ImageResizing(Resize.NONE, 0), new ImageShape(1, 3, 2), pixels, 0);

    // then
    assertThat(header).isEqualTo(new ImageDecoder.Header(2, 3, 1));
    assertThat(pixels).containsExactly(40, 10, 50, 20, 60, 30);
  }

  /** 10 20 30 over 40 50 60. */
  private static byte[] written(String format) throws IOException {
    BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < 6; i++) {
      image.getRaster().setSample(i % 3, i / 3, 0, 10 * (i + 1));
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, format, out);
    return out.toByteArray();
  }

  private static byte[] exif(int code, boolean bigEndian) {
    ByteBuffer tiff =
        ByteBuffer.allocate(38).order(bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    tiff.putShort((short) (bigEndian ? 0x4d4d : 0x4949)).putShort((short) 42).putInt(8);
    // two entries: the width, and the orientation
    tiff.putShort((short) 2);
    tiff.putShort((short) 0x0100).putShort((short) 3).putInt(1).putShort((short) 3);
    tiff.putShort((short) 0);
    tiff.putShort((short) 0x0112).putShort((short) 3).putInt(1).putShort((short) code);
    return tiff.array();
  }

  private static byte[] jpeg(int code, boolean bigEndian) throws IOException {
    byte[] plain = written("jpeg");
    byte[] exif = exif(code, bigEndian);
    ByteBuffer made = ByteBuffer.allocate(plain.length + exif.length + 10);
    made.put(plain, 0, 2).putShort((short) 0xffe1).putShort((short) (2 + 6 + exif.length));
    made.put("Exif\0\0".getBytes(StandardCharsets.ISO_8859_1)).put(exif);
    return made.put(plain, 2, plain.length - 2).array();
  }

  private static byte[] png(int code, boolean bigEndian) throws IOException {
    byte[] plain = written("png");
    byte[] exif = exif(code, bigEndian);
    int header = 8 + 12 + 13;
    byte[] named = ByteBuffer.allocate(4 + exif.length).putInt(0x65584966).put(exif).array();
    CRC32 crc = new CRC32();
    crc.update(named);
    ByteBuffer made = ByteBuffer.allocate(plain.length + exif.length + 12);
    made.put(plain, 0, header).putInt(exif.length).put(named).putInt((int) crc.getValue());
    return made.put(plain, header, plain.length - header).array();
  }
}
