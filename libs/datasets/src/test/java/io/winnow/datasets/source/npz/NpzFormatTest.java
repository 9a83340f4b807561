package io.winnow.datasets.source.npz;

import static io.winnow.datasets.source.DatasetSource.HELDOUT;
import static io.winnow.datasets.source.DatasetSource.TRAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.ImageShape;
import io.winnow.datasets.source.DatasetSource;
import io.winnow.datasets.source.Sources;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Files that NumPy wrote: see src/test/python/medmnist_npz.py, which also says what their pixels
 * and labels are.
 */
class NpzFormatTest {
  private static final int SIDE = 4;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "grey, 1, 9, 3, 100",
    "colour, 3, 9, 3, 100",
    "keras, 1, 9, 9, 100",
    "versions, 1, 9, 3, 100",
    "fortran, 3, 9, 3, 100",
    "validation, 1, 9, 3, 200"
  })
  void readsImagesAndLabels(String name, int channels, int train, int heldout, int first) {
    // given
    Path file = copy(name);

    // when
    try (DatasetSource source = Sources.open(file)) {
      // then
      assertThat(source.format()).isEqualTo("npz");
      assertThat(source.shape()).isEqualTo(new ImageShape(channels, SIDE, SIDE));
      assertThat(source.classes()).containsExactly("0", "1", "2");
      assertThat(source.drawn()).isFalse();
      assertRows(Sources.rows(source, TRAIN, 4), 0, train, channels);
      assertRows(Sources.rows(source, HELDOUT, 4), first, heldout, channels);
    }
  }

  private static void assertRows(List<int[]> rows, int first, int n, int channels) {
    assertThat(rows).hasSize(n);
    for (int i = 0; i < n; i++) {
      int[] row = rows.get(i);
      assertThat(row[0]).isEqualTo((first + i) % 3);
      for (int c = 0; c < channels; c++) {
        for (int y = 0; y < SIDE; y++) {
          for (int x = 0; x < SIDE; x++) {
            assertThat(row[1 + (c * SIDE + y) * SIDE + x])
                .isEqualTo((7 * (first + i) + 5 * y + 3 * x + 50 * c) % 256);
          }
        }
      }
    }
  }

  @Test
  void saysThatTheValidationPartIsNotUsed() throws IOException {
    copy("grey");
    Files.writeString(folder.resolve("labels.txt"), "ant\nbee\ncat\n");

    try (DatasetSource source = Sources.open(folder)) {
      assertThat(source.remarks()).hasSize(1).allMatch(r -> r.contains("validation part is not"));
      assertThat(source.classes()).containsExactly("ant", "bee", "cat");
    }
  }

  @Test
  void holdsOutTrainingImagesIfTheTestLabelsAreNotPublished() {
    Path file = copy("hidden");

    try (DatasetSource source = Sources.open(file)) {
      assertThat(source.drawn()).isTrue();
      assertThat(source.rows(TRAIN)).isEqualTo(6);
      assertThat(source.rows(HELDOUT)).isEqualTo(3);
      assertThat(source.remarks()).anyMatch(r -> r.contains("labels of the test part are not"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "one | labels begin at 1 | subtract 1",
        "objects | objects.npz: train_labels contains pickled Python objects | uint8",
        "floats | floats.npz: train_images has elements of type float32 | uint8, from 0 to 255",
        "several | several.npz: train_labels is an array of 9×14 | one label per image",
        "volumes | volumes.npz: train_images is an array of 9×4×4×4 | N×H×W",
        "short | train_images contains 9 images, but short.npz: train_labels contains 8 | same part",
        "fields | fields.npz: train_labels has elements of several fields | one array"
      })
  void refusesOtherArrays(String name, String problem, String remedy) {
    fails(copy(name), problem, remedy);
  }

  @Test
  void refusesADamagedFile() throws IOException {
    Path file = copy("colour");
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));
    fails(file, "colour.npz is not readable: it is no zip of arrays, or damaged");

    // one pixel of the stored, uncompressed array
    int pixel = 300;
    whole[pixel] ^= 1;
    Files.write(file, whole);
    fails(file, "train_images is not readable: its content does not match its header");
  }

  @Test
  void refusesAnArrayThatUnpacksToFarMore() throws IOException {
    // given 40 MiB of zeros, which deflate to 40 kB
    Path file = folder.resolve("bomb.npz");
    byte[] zeros = new byte[40 << 20];
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry("train_images.npy"));
      zip.write(zeros);
    }

    fails(file, "bomb.npz: train_images unpacks from", "to 41943040 bytes");
  }

  @Test
  void refusesAHeaderThatClaimsMoreThanIsThere() throws IOException {
    // given
    Path file = folder.resolve("claims.npz");
    byte[] header =
        "\u0093NUMPYxx\0\0{'descr': '|u1', 'fortran_order': True, 'shape': (99999, 99999, 99999), }\n"
            .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    header[6] = 1;
    header[7] = 0;
    header[8] = (byte) (header.length - 10);
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      ZipEntry entry = new ZipEntry("train_images.npy");
      CRC32 crc = new CRC32();
      crc.update(header);
      entry.setMethod(ZipEntry.STORED);
      entry.setSize(header.length);
      entry.setCrc(crc.getValue());
      zip.putNextEntry(entry);
      zip.write(header);
    }

    fails(file, "claims.npz: train_images is not readable: its content does not match its header");
  }

  @Test
  void doesNotHideClassFoldersBesideIt() {
    copy("grey");
    Sources.pets(folder);

    try (DatasetSource source = Sources.open(folder)) {
      assertThat(source.format()).isEqualTo("folder");
    }
  }

  @Test
  void refusesSeveralFiles() {
    copy("grey");
    copy("colour");

    fails(folder, "has 2 .npz files", "give the path of one of them");
  }

  private static void fails(Path place, String... parts) {
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> Sources.open(place).close())
        .satisfies(e -> assertThat(e.getMessage()).contains(parts));
  }

  private Path copy(String name) {
    Path file = folder.resolve(name + ".npz");
    try (InputStream in = NpzFormatTest.class.getResourceAsStream("/npz/" + name + ".npz")) {
      Files.copy(in, file);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
