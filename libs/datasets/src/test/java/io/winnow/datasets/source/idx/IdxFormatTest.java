package io.winnow.datasets.source.idx;

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
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdxFormatTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"", ".gz"})
  void readsImagesAndLabelsInOrder(String ending) {
    // given
    Sources.idxPair(folder, "train", ending, 30, 5, 10);
    Sources.idxPair(folder, "t10k", ending, 20, 5, 10);

    // when
    try (DatasetSource source = Sources.open(folder)) {
      List<int[]> train = Sources.rows(source, TRAIN, 7);

      // then
      assertThat(source.format()).isEqualTo("idx");
      assertThat(source.shape()).isEqualTo(new ImageShape(1, 5, 5));
      assertThat(source.classes())
          .containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
      assertThat(source.rows(TRAIN)).isEqualTo(30);
      assertThat(source.rows(HELDOUT)).isEqualTo(20);
      assertThat(source.drawn()).isFalse();
      assertThat(train).hasSize(30);
      for (int i = 0; i < 30; i++) {
        assertThat(train.get(i)[0]).isEqualTo(i % 10);
        for (int j = 0; j < 25; j++) {
          assertThat(train.get(i)[1 + j]).isEqualTo(i + j);
        }
      }
      assertThat(Sources.rows(source, HELDOUT, 100)).hasSize(20);
    }
  }

  @Test
  void takesClassNamesFromTheFileBeside() throws IOException {
    // given
    Sources.idxPair(folder, "train", ".gz", 30, 4, 3);
    Sources.idxPair(folder, "t10k", ".gz", 6, 4, 3);
    Files.writeString(folder.resolve("labels.txt"), "shirt\ncoat\n\nbag\n");

    // when
    try (DatasetSource source = Sources.open(folder)) {
      // then
      assertThat(source.classes()).containsExactly("shirt", "coat", "bag");
    }
  }

  @Test
  void refusesFewerNamesThanLabels() throws IOException {
    Sources.idxPair(folder, "train", "", 30, 4, 10);
    Files.writeString(folder.resolve("classes.txt"), "a\nb\n");

    fails("label 9 occurs", "has 2 names");
  }

  @Test
  void holdsOutAShareOfEachClassWhenThereIsNoTestPart() {
    // given
    Sources.idxPair(folder, "train", "", 200, 4, 10);

    // when
    try (DatasetSource source = Sources.open(folder)) {
      List<int[]> train = Sources.rows(source, TRAIN, 13);
      List<int[]> heldout = Sources.rows(source, HELDOUT, 13);

      // then: 2 of 20 of each class, and every row in exactly one split
      assertThat(source.drawn()).isTrue();
      assertThat(train).hasSize(180);
      for (int c = 0; c < 10; c++) {
        int label = c;
        assertThat(heldout.stream().filter(r -> r[0] == label).count()).isEqualTo(2);
      }
      assertThat(
              java.util.stream.Stream.concat(train.stream(), heldout.stream())
                  .map(r -> r[1])
                  .sorted())
          .containsExactlyElementsOf(IntStream.range(0, 200).boxed().toList());
      assertThat(Sources.rows(source, HELDOUT, 50))
          .usingElementComparator(Arrays::compare)
          .containsExactlyElementsOf(heldout);
    }
  }

  @Test
  void digestFollowsNamesAndContents() throws IOException {
    // given
    Sources.idxPair(folder, "train", "", 30, 4, 10);
    String before = digest();

    // when: the same elsewhere, then one byte changed
    Path moved = Files.createDirectory(folder.resolveSibling(folder.getFileName() + "-moved"));
    Sources.idxPair(moved, "train", "", 30, 4, 10);
    String elsewhere;
    try (DatasetSource source = Sources.open(moved)) {
      elsewhere = source.digest();
    }
    Path images = folder.resolve("train-images-idx3-ubyte");
    byte[] bytes = Files.readAllBytes(images);
    bytes[100] ^= 1;
    Files.write(images, bytes);

    // then
    assertThat(before).matches("[0-9a-f]{64}").isEqualTo(elsewhere).isNotEqualTo(digest());
  }

  private String digest() {
    try (DatasetSource source = Sources.open(folder)) {
      return source.digest();
    }
  }

  @Test
  void refusesATruncatedFile() throws IOException {
    Sources.idxPair(folder, "train", "", 30, 4, 10);
    Path images = folder.resolve("train-images-idx3-ubyte");
    Files.write(images, Arrays.copyOf(Files.readAllBytes(images), 16 + 479));

    fails(
        "train-images-idx3-ubyte is truncated",
        "30×4×4",
        "takes 480 bytes",
        "479 bytes follow",
        "download or copy the file again");
  }

  @Test
  void refusesATruncatedGzipFile() throws IOException {
    Sources.idxPair(folder, "train", ".gz", 30, 4, 10);
    Path images = folder.resolve("train-images-idx3-ubyte.gz");
    byte[] whole = Files.readAllBytes(images);
    Files.write(images, Arrays.copyOf(whole, whole.length - 20));

    fails("train-images-idx3-ubyte.gz is truncated", "takes 480 bytes");
  }

  @Test
  void refusesAFileThatEndsInItsHeader() throws IOException {
    Sources.idxPair(folder, "train", "", 30, 4, 10);
    Files.write(folder.resolve("train-images-idx3-ubyte"), new byte[] {0, 0, 8, 3, 0, 0});

    fails("train-images-idx3-ubyte is truncated", "header takes 16 bytes");
  }

  @Test
  void refusesAFileThatIsTooLong() throws IOException {
    Sources.idxPair(folder, "train", "", 30, 4, 10);
    Path labels = folder.resolve("train-labels-idx1-ubyte");
    Files.write(labels, Arrays.copyOf(Files.readAllBytes(labels), 8 + 31));

    fails("train-labels-idx1-ubyte is too long", "takes 30 bytes", "31 bytes follow");
  }

  @Test
  void refusesWhatIsNotGzip() throws IOException {
    Sources.idxPair(folder, "train", ".gz", 30, 4, 10);
    Files.writeString(folder.resolve("train-labels-idx1-ubyte.gz"), "no gzip at all");

    fails("train-labels-idx1-ubyte.gz is not a valid gzip file");
  }

  @Test
  void refusesAWrongMagicNumber() {
    Sources.idxPair(folder, "train", "", 30, 4, 10);
    Sources.idx(
        folder.resolve("train-images-idx3-ubyte"), 0x0D03, new int[] {30, 4, 4}, new byte[480]);

    fails("train-images-idx3-ubyte has elements of type float32", "uint8");

    Sources.idx(
        folder.resolve("train-images-idx3-ubyte"), 0x726F6F74, new int[] {30, 4, 4}, new byte[480]);
    fails("train-images-idx3-ubyte does not begin as an IDX file", "uint8");

    Sources.idx(folder.resolve("train-images-idx3-ubyte"), new int[] {30, 16}, new byte[480]);
    fails("train-images-idx3-ubyte has 2 dimensions", "3 or 4 dimensions");
  }

  @Test
  void refusesAnImpossibleHeader() {
    Sources.idxPair(folder, "train", "", 30, 4, 10);
    int max = Integer.MAX_VALUE;
    Sources.idx(
        folder.resolve("train-images-idx3-ubyte"), new int[] {max, max, max}, new byte[480]);

    fails("train-images-idx3-ubyte has impossible dimensions");
  }

  @Test
  void refusesCountsThatDiffer() {
    Sources.idxPair(folder, "train", "", 30, 4, 10);
    Sources.idx(folder.resolve("train-labels-idx1-ubyte"), new int[] {29}, new byte[29]);

    fails(
        "train-images-idx3-ubyte contains 30 images", "train-labels-idx1-ubyte contains 29 labels");
  }

  @Test
  void refusesAMissingHalf() throws IOException {
    Sources.idxPair(folder, "train", "", 30, 4, 10);
    Files.delete(folder.resolve("train-labels-idx1-ubyte"));

    fails("none with its labels", "add train-labels-idx1-ubyte");
  }

  @Test
  void refusesTwoFilesOfOneKind() {
    Sources.idxPair(folder, "train", "", 30, 4, 10);
    Sources.idxPair(folder, "train", ".gz", 30, 4, 10);

    fails("contain the same part", "keep only one of them");
  }

  @Test
  void refusesTestImagesOfAnotherSize() {
    Sources.idxPair(folder, "train", "", 30, 4, 10);
    Sources.idxPair(folder, "t10k", "", 30, 5, 10);

    fails("t10k-images-idx3-ubyte contains images of 1×5×5", "of 1×4×4");
  }

  @Test
  void refusesImagesThatAreNotSquare() {
    Sources.idx(folder.resolve("train-images-idx3-ubyte"), new int[] {10, 4, 6}, new byte[240]);
    Sources.idx(folder.resolve("train-labels-idx1-ubyte"), new int[] {10}, new byte[10]);

    fails("train-images-idx3-ubyte is 6×4 pixels, not square");
  }

  @Test
  void refusesAClassWithoutImages() throws IOException {
    Sources.idxPair(folder, "train", "", 30, 4, 9);
    Files.writeString(folder.resolve("labels.txt"), "a\nb\nc\nd\ne\nf\ng\nh\ni\nsecret\n");

    fails("class 9 has no training images");
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> Sources.open(folder).close())
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret"));
  }

  @Test
  void refusesALabelThatIsLeftOut() {
    labels(0, 1, 3, 0, 1, 3);

    fails("class 2 (\"2\") has no training images", "without a gap");
  }

  @Test
  void thereAreAsManyClassesAsLabels() {
    for (int classes : new int[] {2, 9, 47}) {
      Sources.idxPair(folder, "train", "", 2 * classes, 4, classes);

      try (DatasetSource source = Sources.open(folder)) {
        assertThat(source.classes()).hasSize(classes).startsWith("0", "1");
      }
    }
  }

  @Test
  void refusesLabelsThatBeginAtOne() throws IOException {
    // given the letters of EMNIST
    labels(IntStream.range(0, 52).map(i -> i % 26 + 1).toArray());

    fails("labels begin at 1", "subtract 1 from every label");

    // and 26 names, of which the first would be that of label 0
    Files.write(
        folder.resolve("labels.txt"),
        IntStream.range(0, 26).mapToObj(i -> "" + (char) ('a' + i)).toList());
    fails("labels begin at 1", "subtract 1 from every label");
  }

  private void labels(int... labels) {
    int n = labels.length;
    byte[] bytes = new byte[n];
    for (int i = 0; i < n; i++) {
      bytes[i] = (byte) labels[i];
    }
    Sources.idx(folder.resolve("train-images-idx3-ubyte"), new int[] {n, 4, 4}, new byte[16 * n]);
    Sources.idx(folder.resolve("train-labels-idx1-ubyte"), new int[] {n}, bytes);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void readsColour(boolean interleaved) {
    // given channel c of pixel j of image i is i + 2j + 50c
    int[] dimensions = interleaved ? new int[] {6, 4, 4, 3} : new int[] {6, 3, 4, 4};
    byte[] pixels = new byte[6 * 48];
    for (int i = 0; i < 6; i++) {
      for (int j = 0; j < 16; j++) {
        for (int c = 0; c < 3; c++) {
          pixels[48 * i + (interleaved ? 3 * j + c : 16 * c + j)] = (byte) (i + 2 * j + 50 * c);
        }
      }
    }
    Sources.idx(folder.resolve("train-images-idx4-ubyte"), dimensions, pixels);
    Sources.idx(
        folder.resolve("train-labels-idx1-ubyte"), new int[] {6}, new byte[] {0, 0, 0, 1, 1, 1});

    // when
    try (DatasetSource source = Sources.open(folder)) {
      // then
      assertThat(source.shape()).isEqualTo(new ImageShape(3, 4, 4));
      List<int[]> rows = Sources.rows(source, TRAIN, 4);
      assertThat(rows).hasSize(4);
      assertThat(rows)
          .allSatisfy(
              row -> {
                for (int j = 0; j < 48; j++) {
                  assertThat(row[1 + j]).isEqualTo(row[1] + 2 * (j % 16) + 50 * (j / 16));
                }
              });
    }
  }

  @Test
  void refusesNamesThatOccurTwice() throws IOException {
    Sources.idxPair(folder, "train", "", 30, 4, 3);
    Files.writeString(folder.resolve("labels.txt"), "shirt\ncoat\nshirt\n");

    fails("class 0 and class 2 have the same name");
  }

  @Test
  void refusesFewerThanTwoClasses() throws IOException {
    Sources.idxPair(folder, "train", "", 30, 4, 1);
    Files.writeString(folder.resolve("labels.txt"), "only\n");

    fails("fewer than 2 classes");
  }

  private void fails(String... parts) {
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> Sources.open(folder).close())
        .satisfies(e -> assertThat(e.getMessage()).contains(parts));
  }
}
