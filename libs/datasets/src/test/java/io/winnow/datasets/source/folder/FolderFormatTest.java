package io.winnow.datasets.source.folder;

import static io.winnow.datasets.source.DatasetSource.HELDOUT;
import static io.winnow.datasets.source.DatasetSource.TRAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.datasets.ImageShape;
import io.winnow.datasets.source.DatasetSource;
import io.winnow.datasets.source.Sources;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FolderFormatTest {
  @TempDir Path folder;

  @Test
  void readsClassFoldersByNameAndDrawsHeldOutRows() {
    // given
    Sources.pets(folder);

    // when
    try (DatasetSource source = Sources.open(folder)) {
      List<int[]> train = Sources.rows(source, TRAIN, 2);
      List<int[]> heldout = Sources.rows(source, HELDOUT, 2);

      // then: of 4 a class one is held out
      assertThat(source.format()).isEqualTo("folder");
      assertThat(source.shape()).isEqualTo(new ImageShape(1, 6, 6));
      assertThat(source.classes()).containsExactly("cat", "dog");
      assertThat(train.stream().map(r -> r[0])).containsExactly(0, 0, 0, 1, 1, 1);
      assertThat(heldout.stream().map(r -> r[0])).containsExactly(0, 1);
      assertThat(train).allSatisfy(r -> assertThat(r[1 + 35]).isEqualTo(r[1] + 35));
    }
  }

  @Test
  void readsTrainAndTestFolders() {
    // given
    Sources.pets(folder.resolve("train"));
    Sources.image(folder.resolve("test/cat/a.png"), "png", Sources.grey(6, 6, 50));
    Sources.image(folder.resolve("test/dog/b.png"), "png", Sources.grey(6, 6, 60));

    // when
    try (DatasetSource source = Sources.open(folder)) {
      // then
      assertThat(source.drawn()).isFalse();
      assertThat(Sources.rows(source, TRAIN, 100).stream().map(r -> r[1]))
          .containsExactly(0, 1, 2, 3, 100, 101, 102, 103);
      assertThat(Sources.rows(source, HELDOUT, 100).stream().map(r -> r[1]))
          .containsExactly(50, 60);
    }
  }

  @Test
  void holdsOutFromTrainWhenThereIsNoTestFolder() {
    Sources.pets(folder.resolve("train"));

    try (DatasetSource source = Sources.open(folder)) {
      assertThat(source.classes()).containsExactly("cat", "dog");
      assertThat(source.rows(HELDOUT)).isEqualTo(2);
    }
  }

  @Test
  void readsColourAsPlanesAndGreyAmongItAsThreeEqualChannels() {
    // given
    Sources.image(folder.resolve("red/0.png"), "png", Sources.colour(4, 0xC81E0A));
    Sources.image(folder.resolve("red/1.png"), "png", Sources.colour(4, 0xC81E0A));
    Sources.image(folder.resolve("red/2.png"), "png", Sources.colour(4, 0xC81E0A));
    Sources.image(folder.resolve("mixed/0.png"), "png", Sources.grey(4, 4, 128));
    Sources.image(folder.resolve("mixed/1.png"), "png", Sources.grey(4, 4, 128));

    // when
    try (DatasetSource source = Sources.open(folder)) {
      List<int[]> train = Sources.rows(source, TRAIN, 10);

      // then
      assertThat(source.shape()).isEqualTo(new ImageShape(3, 4, 4));
      assertThat(source.classes()).containsExactly("mixed", "red");
      int[] grey = train.get(0);
      int[] red = train.get(1);
      assertThat(new int[] {grey[1 + 5], grey[1 + 16 + 5], grey[1 + 32 + 5]})
          .containsExactly(133, 133, 133);
      assertThat(new int[] {red[1], red[1 + 16], red[1 + 32]}).containsExactly(0xC8, 0x1E, 0x0A);
    }
  }

  @Test
  void readsJpegWithinItsLoss() {
    // given
    for (int i = 0; i < 2; i++) {
      Sources.image(folder.resolve("a/" + i + ".jpg"), "jpeg", Sources.colour(16, 0x4080C0));
      Sources.image(folder.resolve("b/" + i + ".JPEG"), "jpeg", Sources.colour(16, 0xC04080));
    }

    // when
    try (DatasetSource source = Sources.open(folder)) {
      int[] row = Sources.rows(source, TRAIN, 10).get(0);

      // then
      assertThat(source.shape()).isEqualTo(new ImageShape(3, 16, 16));
      assertThat(row[1]).isCloseTo(0x40, within(4));
      assertThat(row[1 + 256]).isCloseTo(0x80, within(4));
      assertThat(row[1 + 512]).isCloseTo(0xC0, within(4));
    }
  }

  @Test
  void readsPalettesAsTheirColours() {
    // given: 1-bit grey and an indexed colour image
    BufferedImage binary = new BufferedImage(4, 4, BufferedImage.TYPE_BYTE_BINARY);
    binary.setRGB(1, 0, 0xFFFFFFFF);
    BufferedImage indexed = new BufferedImage(4, 4, BufferedImage.TYPE_BYTE_INDEXED);
    indexed.setRGB(1, 0, 0xFF00FF00);
    for (int i = 0; i < 2; i++) {
      Sources.image(folder.resolve("binary/" + i + ".png"), "png", binary);
      Sources.image(folder.resolve("indexed/" + i + ".png"), "png", indexed);
    }

    // when
    try (DatasetSource source = Sources.open(folder)) {
      List<int[]> rows = Sources.rows(source, TRAIN, 10);

      // then
      assertThat(rows.get(0)).startsWith(0, 0, 255, 0);
      assertThat(new int[] {rows.get(1)[2], rows.get(1)[2 + 16], rows.get(1)[2 + 32]})
          .containsExactly(0, 255, 0);
    }
  }

  @Test
  void ignoresHiddenFilesAndNotes() throws IOException {
    Sources.pets(folder);
    Files.writeString(folder.resolve("README.md"), "pets");
    Files.writeString(folder.resolve("cat/.DS_Store"), "clutter");
    Files.writeString(folder.resolve("cat/notes.txt"), "clutter");
    Files.createDirectory(folder.resolve(".git"));

    try (DatasetSource source = Sources.open(folder)) {
      assertThat(source.rows(TRAIN)).isEqualTo(6);
    }
  }

  @Test
  void refusesAnAlphaChannel() {
    Sources.pets(folder);
    BufferedImage rgba = new BufferedImage(6, 6, BufferedImage.TYPE_INT_ARGB);
    Sources.image(folder.resolve("cat/2.png"), "png", rgba);

    fails("cat/2.png has 4 channels", "convert to RGB or grey");
  }

  @Test
  void refusesSixteenBits() {
    Sources.pets(folder);
    BufferedImage deep = new BufferedImage(6, 6, BufferedImage.TYPE_USHORT_GRAY);
    Sources.image(folder.resolve("cat/2.png"), "png", deep);

    fails("cat/2.png has 16 bits per channel");
  }

  @Test
  void refusesSizesThatDiffer() {
    Sources.pets(folder);
    Sources.image(folder.resolve("dog/1.png"), "png", Sources.grey(7, 7, 0));

    fails("dog/1.png is 7×7 pixels, but cat/0.png is 6×6");
  }

  @Test
  void refusesImagesThatAreNotSquare() {
    Sources.pets(folder);
    Sources.image(folder.resolve("cat/0.png"), "png", Sources.grey(6, 5, 0));

    fails("cat/0.png is 6×5 pixels, not square");
  }

  @Test
  void refusesImagesLargerThan4096Pixels() {
    Sources.pets(folder);
    Sources.image(
        folder.resolve("cat/0.png"),
        "png",
        new BufferedImage(4097, 4097, BufferedImage.TYPE_BYTE_BINARY));

    fails("cat/0.png is 4097×4097 pixels", "4096");
  }

  @Test
  void refusesAnUnreadableImage() throws IOException {
    Sources.pets(folder);
    Files.writeString(folder.resolve("dog/2.png"), "not an image");

    fails("dog/2.png is not a readable PNG or JPEG", "replace or remove the file");
  }

  @ParameterizedTest
  @CsvSource({"png, 0.5", "jpeg, 0.6"})
  void refusesATruncatedImageWhenItIsRead(String format, double share) throws IOException {
    // given an image whose header is whole
    for (int i = 0; i < 4; i++) {
      Sources.image(folder.resolve("a/" + i + "." + format), format, noise(i));
      Sources.image(folder.resolve("b/" + i + "." + format), format, noise(i));
    }
    for (int i = 0; i < 4; i++) {
      Path file = folder.resolve("b/" + i + "." + format);
      byte[] whole = Files.readAllBytes(file);
      Files.write(file, Arrays.copyOf(whole, (int) (whole.length * share)));
    }

    // when, then
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(
            () -> {
              try (DatasetSource source = Sources.open(folder)) {
                Sources.rows(source, TRAIN, 100);
              }
            })
        .withMessageContaining("is not a readable PNG or JPEG")
        .withMessageContaining("b/");
  }

  private static BufferedImage noise(int seed) {
    BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
    java.util.Random random = new java.util.Random(seed);
    for (int i = 0; i < 64 * 64; i++) {
      image.setRGB(i % 64, i / 64, random.nextInt(1 << 24));
    }
    return image;
  }

  @Test
  void refusesAnotherKindOfFile() throws IOException {
    Sources.pets(folder);
    Files.writeString(folder.resolve("dog/2.webp"), "RIFF");

    fails("dog/2.webp is neither PNG nor JPEG");
  }

  @Test
  void refusesAnEmptyClass() throws IOException {
    Sources.pets(folder);
    Files.createDirectory(folder.resolve("emu"));

    fails("class folder emu has no images");
  }

  @Test
  void refusesFewerThanTwoClasses() {
    Sources.image(folder.resolve("cat/0.png"), "png", Sources.grey(4, 4, 0));

    fails("has 1 class folder, fewer than 2 classes");
  }

  @Test
  void refusesAClassWithOneImageWhenRowsMustBeHeldOut() {
    Sources.pets(folder);
    Sources.image(folder.resolve("emu/0.png"), "png", Sources.grey(6, 6, 0));

    fails("(\"emu\") has 1 image", "held out");
  }

  @Test
  void refusesAnUnknownTestClass() {
    Sources.pets(folder.resolve("train"));
    Sources.image(folder.resolve("test/emu/0.png"), "png", Sources.grey(6, 6, 0));

    fails("class folder test/emu, which is not below train/");
  }

  @Test
  void searchesClassFoldersRecursively() {
    // given as torchvision's ImageFolder reads them
    Sources.image(folder.resolve("cat/a/b/0.png"), "png", Sources.grey(6, 6, 1));
    Sources.image(folder.resolve("cat/a/1.png"), "png", Sources.grey(6, 6, 2));
    Sources.image(folder.resolve("cat/2.png"), "png", Sources.grey(6, 6, 3));
    Sources.image(folder.resolve("dog/a/0.png"), "png", Sources.grey(6, 6, 4));
    Sources.image(folder.resolve("dog/c/0.png"), "png", Sources.grey(6, 6, 5));

    try (DatasetSource source = Sources.open(folder)) {
      assertThat(source.classes()).containsExactly("cat", "dog");
      assertThat(
              Stream.of(TRAIN, HELDOUT)
                  .flatMap(split -> Sources.rows(source, split, 9).stream())
                  .map(r -> r[0] + " " + r[1]))
          .containsExactlyInAnyOrder("0 1", "0 2", "0 3", "1 4", "1 5");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"train", "Training", "test"})
  void refusesPartsBesideOtherFolders(String part) {
    Sources.pets(folder.resolve(part));
    Sources.pets(folder.resolve("more"));

    fails("the folder " + part + " looks like a part");
  }

  @Test
  void refusesALinkInAClassFolder() throws IOException {
    Sources.pets(folder);
    Files.createSymbolicLink(folder.resolve("cat/again"), folder.resolve("cat"));

    fails("the folder cat/again in a class folder is a link");
  }

  @Test
  void refusesFoldersThatLieTooDeep() {
    Sources.pets(folder);
    Sources.image(folder.resolve("cat/" + "x/".repeat(40) + "0.png"), "png", Sources.grey(6, 6, 0));

    fails("lies too deep");
  }

  @Test
  void refusesAFolderWithoutImages() throws IOException {
    Files.writeString(folder.resolve("notes.txt"), "nothing");

    fails("has no images in it");
  }

  @Test
  void refusesAMissingPath() {
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> Sources.open(folder.resolve("nowhere")))
        .withMessageContaining("nowhere\" does not exist");
  }

  @Test
  void refusesAFormatThatDoesNotFit() {
    Sources.pets(folder);
    DatasetSpec spec =
        new DatasetSpec(folder.toString(), null, "idx", null, null, null, null, null);

    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> DatasetSource.open(spec, folder, null))
        .withMessageContaining("no training images in IDX files");
  }

  private void fails(String... parts) {
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> Sources.open(folder).close())
        .satisfies(e -> assertThat(e.getMessage()).contains(parts));
  }

  @ParameterizedTest
  @ValueSource(strings = {"val", "valid", "validation", "dev", "eval", "heldout"})
  void readsOtherNamesOfTheHeldOutFolder(String name) {
    Sources.pets(folder.resolve("train"));
    Sources.image(folder.resolve(name + "/cat/a.png"), "png", Sources.grey(6, 6, 50));
    Sources.image(folder.resolve(name + "/dog/b.png"), "png", Sources.grey(6, 6, 60));

    try (DatasetSource source = Sources.open(folder)) {
      assertThat(source.drawn()).isFalse();
      assertThat(source.classes()).containsExactly("cat", "dog");
      assertThat(Sources.rows(source, HELDOUT, 100).stream().map(r -> r[1]))
          .containsExactly(50, 60);
    }
  }

  @Test
  void twoHeldOutFoldersAreRefused() {
    Sources.pets(folder.resolve("train"));
    Sources.pets(folder.resolve("val"));
    Sources.pets(folder.resolve("test"));

    fails("held-out folders test and val", "keep one of them");
  }

  @ParameterizedTest
  @ValueSource(strings = {"images.tgz", "images.tar", "index.parquet"})
  void classFoldersWinOverWhatTheyWereUnpackedFrom(String leftover) throws IOException {
    for (String root : List.of("", "train/")) {
      Path place = folder.resolve("at" + root.length());
      Sources.pets(place.resolve(root));
      Files.writeString(place.resolve(leftover), "not read");
      Files.createDirectories(place.resolve("@eaDir/x"));
      Files.createDirectories(place.resolve("__MACOSX/cat"));

      try (DatasetSource source = Sources.open(place)) {
        assertThat(source.format()).isEqualTo("folder");
        assertThat(source.classes()).containsExactly("cat", "dog");
      }
    }
  }
}
