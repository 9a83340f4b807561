package io.winnow.datasets.source.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.contracts.spec.DatasetSpec.Resize;
import java.io.IOException;
import java.io.InputStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Crops and what Pillow makes of the same images: see src/test/python/adm_crop.py. */
class AdmCropTest {

  // halved once, twice, not at all, enlarged, halved to the size, just below twice the size
  @ParameterizedTest
  @CsvSource({
    "64, 50, 16",
    "33, 70, 16",
    "15, 9, 16",
    "40, 24, 8",
    "131, 97, 24",
    "16, 16, 8",
    "31, 31, 16",
    "25, 90, 10"
  })
  void cropsAsPillowDoes(int width, int height, int size) throws IOException {
    // given
    byte[] plane = new byte[width * height];
    for (int i = 0; i < plane.length; i++) {
      int x = i % width;
      int y = i / width;
      plane[i] = (byte) (37 * x + 91 * y + x * y * (x + 3 * y) % 251);
    }

    // when
    byte[] cropped = new byte[size * size + 3];
    new ImageResizing(Resize.ADM, size).apply(plane, width, height, cropped, 3);

    // then
    byte[] expected = file("%dx%d-%d.bin".formatted(width, height, size));
    int most =
        IntStream.range(0, expected.length)
            .map(i -> Math.abs((cropped[3 + i] & 0xFF) - (expected[i] & 0xFF)))
            .max()
            .orElseThrow();
    assertThat(expected).hasSize(size * size);
    assertThat(most).isZero();
  }

  @Test
  void differsFromAPlainCropWhereItHalves() {
    byte[] plane = new byte[64 * 64];
    for (int i = 0; i < plane.length; i++) {
      plane[i] = (byte) (i * i % 251);
    }
    byte[] adm = new byte[64];
    byte[] plain = new byte[64];

    new ImageResizing(Resize.ADM, 8).apply(plane, 64, 64, adm, 0);
    new ImageResizing(Resize.CROP, 8).apply(plane, 64, 64, plain, 0);

    assertThat(adm).isNotEqualTo(plain);
  }

  private static byte[] file(String name) throws IOException {
    try (InputStream in = AdmCropTest.class.getResourceAsStream("/adm/" + name)) {
      return in.readAllBytes();
    }
  }
}
