package io.winnow.datasets.source;

import static io.winnow.datasets.source.DatasetSource.HELDOUT;
import static io.winnow.datasets.source.DatasetSource.TRAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.contracts.spec.DatasetSpec.OnBadImage;
import io.winnow.contracts.spec.DatasetSpec.Resize;
import io.winnow.datasets.ImageShape;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BadImagesTest {
  @TempDir Path folder;

  @Test
  void leavesOutWhatCannotBeUsedAndNamesIt() throws IOException {
    // given a first image of an odd size, one with alpha, one that is text, one cut off half-way
    Sources.pets(folder);
    Sources.image(folder.resolve("cat/000.png"), "png", Sources.grey(7, 7, 0));
    Sources.image(
        folder.resolve("cat/1a.png"), "png", new BufferedImage(6, 6, BufferedImage.TYPE_INT_ARGB));
    Files.writeString(folder.resolve("dog/0a.jpg"), "not an image");
    Sources.image(folder.resolve("dog/9.png"), "png", Sources.colour(6, 0x123456));
    byte[] whole = Files.readAllBytes(folder.resolve("dog/9.png"));
    Files.write(folder.resolve("dog/9.png"), Arrays.copyOf(whole, whole.length / 2));

    // when
    try (DatasetSource source = open(Resize.NONE)) {
      // then the rest is as if they were not there
      assertThat(source.skipped().images()).isEqualTo(4);
      assertThat(source.skipped().first())
          .satisfiesExactly(
              p -> assertThat(p).contains("cat/000.png is 7×7 pixels, but most are 6×6"),
              p -> assertThat(p).contains("cat/1a.png has 4 channels"),
              p -> assertThat(p).contains("dog/0a.jpg is not a readable PNG or JPEG"),
              p -> assertThat(p).contains("dog/9.png is not a readable PNG or JPEG"));
      assertThat(source.shape()).isEqualTo(new ImageShape(1, 6, 6));
      assertThat(pixels(source)).containsExactlyInAnyOrder(0, 1, 2, 3, 100, 101, 102, 103);
    }
  }

  @Test
  void failsOnTheFirstByDefault() throws IOException {
    Sources.pets(folder);
    Files.writeString(folder.resolve("dog/0a.jpg"), "not an image");

    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> Sources.open(folder))
        .withMessageContaining("dog/0a.jpg is not a readable PNG or JPEG");
  }

  @Test
  void otherSizesAreNotBadWhereImagesAreResized() throws IOException {
    Sources.pets(folder);
    Sources.image(folder.resolve("cat/000.png"), "png", Sources.grey(7, 9, 0));
    Files.writeString(folder.resolve("dog/0a.jpg"), "not an image");

    try (DatasetSource source = open(Resize.CROP)) {
      assertThat(source.skipped().images()).isEqualTo(1);
      assertThat(source.rows(TRAIN) + source.rows(HELDOUT)).isEqualTo(9);
      assertThat(source.shape()).isEqualTo(new ImageShape(1, 4, 4));
    }
  }

  @Test
  void aBadImageCountsInTheDigest() throws IOException {
    Sources.pets(folder);
    String without;
    try (DatasetSource source = open(Resize.NONE)) {
      without = source.digest();
    }
    Files.writeString(folder.resolve("dog/0a.jpg"), "not an image");

    try (DatasetSource source = open(Resize.NONE)) {
      assertThat(source.digest()).isNotEqualTo(without);
    }
  }

  @Test
  void namesNoMoreThanTwenty() throws IOException {
    Sources.pets(folder);
    for (int i = 0; i < 30; i++) {
      Files.writeString(folder.resolve("cat/bad-%02d.png".formatted(i)), "not an image");
    }

    try (DatasetSource source = open(Resize.NONE)) {
      assertThat(source.skipped().images()).isEqualTo(30);
      assertThat(source.skipped().first()).hasSize(20);
      assertThat(source.skipped().first().get(19)).startsWith("cat/bad-19.png");
    }
  }

  @Test
  void refusesAClassOfWhichNothingIsLeft() throws IOException {
    Sources.pets(folder);
    Files.createDirectory(folder.resolve("emu"));
    Files.writeString(folder.resolve("emu/0.png"), "not an image");

    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> open(Resize.NONE))
        .withMessageContaining("\"emu\") has no training images besides those that are skipped");
  }

  @Test
  void refusesASourceOfWhichNothingIsLeft() throws IOException {
    for (String name : List.of("a/0.png", "b/0.png")) {
      Files.createDirectories(folder.resolve(name).getParent());
      Files.writeString(folder.resolve(name), "not an image");
    }

    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> open(Resize.NONE))
        .withMessageContaining("none of its 2 images can be used; the first: a/0.png");
  }

  @Test
  void refusesATestPartOfWhichNothingIsLeft() throws IOException {
    Sources.pets(folder.resolve("train"));
    Files.createDirectories(folder.resolve("test/cat"));
    Files.writeString(folder.resolve("test/cat/0.png"), "not an image");

    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> open(Resize.NONE))
        .withMessageContaining("no image of the test part can be used");
  }

  private static List<Integer> pixels(DatasetSource source) {
    return Stream.of(TRAIN, HELDOUT)
        .flatMap(split -> Sources.rows(source, split, 10).stream())
        .map(row -> row[1])
        .toList();
  }

  private DatasetSource open(Resize resize) {
    Integer size = resize == Resize.NONE ? null : 4;
    return DatasetSource.open(
        new DatasetSpec(folder.toString(), "bad", null, null, null, OnBadImage.SKIP, size, resize),
        folder,
        null);
  }
}
