package io.winnow.datasets.source.webdataset;

import static io.winnow.datasets.source.DatasetSource.HELDOUT;
import static io.winnow.datasets.source.DatasetSource.TRAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.contracts.spec.DatasetSpec.OnBadImage;
import io.winnow.datasets.ImageShape;
import io.winnow.datasets.source.DatasetSource;
import io.winnow.datasets.source.Sources;
import io.winnow.datasets.source.Tars;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebDatasetFormatTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {".tar", ".tar.gz", ".tgz"})
  void readsShardsInOrder(String ending) {
    // given
    Tars.of(folder.resolve("pets-000000" + ending)).sample("a", 1, 0).sample("b", 0, 10).close();
    Tars.of(folder.resolve("pets-000001" + ending)).sample("a", 0, 20).sample("c", 1, 30).close();

    // when
    try (DatasetSource source = Sources.open(folder)) {
      // then
      assertThat(source.format()).isEqualTo("webdataset");
      assertThat(source.classes()).containsExactly("0", "1");
      assertThat(source.shape()).isEqualTo(new ImageShape(1, 6, 6));
      assertThat(source.rows(TRAIN)).isEqualTo(2);
      assertThat(source.rows(HELDOUT)).isEqualTo(2);
      List<int[]> train = Sources.rows(source, TRAIN, 3);
      assertThat(train).allSatisfy(row -> assertThat(row[36]).isEqualTo(row[1] + 35));
      assertThat(train.stream().map(row -> row[0] == (row[1] % 30 == 0 ? 1 : 0)))
          .containsOnly(true);
    }
  }

  @Test
  void readsTrainAndTestFoldersAndClassNames() throws IOException {
    // given
    Tars.of(folder.resolve("train/0.tar")).sample("x/1", 1, 1).sample("x/2", 0, 2).close();
    Tars.of(folder.resolve("test/0.tar")).sample("1", 1, 3).close();
    Files.writeString(folder.resolve("classes.txt"), "cat\ndog\n");

    // when
    try (DatasetSource source = Sources.open(folder)) {
      // then
      assertThat(source.classes()).containsExactly("cat", "dog");
      assertThat(source.drawn()).isFalse();
      assertThat(Sources.rows(source, TRAIN, 9).stream().map(r -> r[0] + " " + r[1]))
          .containsExactly("1 1", "0 2");
      assertThat(Sources.rows(source, HELDOUT, 9).stream().map(r -> r[0] + " " + r[1]))
          .containsExactly("1 3");
    }
  }

  @Test
  void readsOneTarAndTheConventionsOddities() {
    // given other members of a sample, dots in folders and extensions, hidden files, folders
    Path tar = folder.resolve("pets.tar");
    Tars.of(tar)
        .folder("./v1.0/")
        .member("./v1.0/._a.png", "desktop clutter")
        .member("./v1.0/a.json", "{\"label\": 1, \"width\": 6}")
        .member("./v1.0/a.PNG", Tars.png(4))
        .member("./v1.0/a.seg.png", "another kind, not an image of the sample")
        .member("./v1.0/a.txt", "a caption")
        .member("README.md", "not a sample")
        .sample("v1.0/b", 0, 7)
        .member("c.cls", " 0\n")
        .member("c.png", Tars.png(9))
        .sample("d", 1, 11)
        .close();

    // when
    try (DatasetSource source = Sources.open(tar)) {
      // then
      assertThat(source.rows(TRAIN) + source.rows(HELDOUT)).isEqualTo(4);
      assertThat(source.classes()).hasSize(2);
    }
  }

  @Test
  void numbersNamedLabelsInTheirOrder() {
    Tars.of(folder.resolve("a.tar"))
        .named("1", "dog", 1)
        .named("2", "cat", 2)
        .named("3", "dog", 3)
        .named("4", "cat", 4)
        .close();

    try (DatasetSource source = Sources.open(folder)) {
      assertThat(source.classes()).containsExactly("cat", "dog");
    }
  }

  @Test
  void leavesBadImagesOut() {
    // given
    Path tar = folder.resolve("a.tar");
    Tars.of(tar)
        .sample("1", 0, 1)
        .member("2.png", "not an image")
        .member("2.cls", "0")
        .sample("3", 1, 3)
        .sample("4", 0, 4)
        .sample("5", 1, 5)
        .close();

    // when
    DatasetSpec spec =
        new DatasetSpec(tar.toString(), null, null, null, null, OnBadImage.SKIP, null, null);
    try (DatasetSource source = DatasetSource.open(spec, folder, null)) {
      // then
      assertThat(source.skipped().images()).isEqualTo(1);
      assertThat(source.skipped().first().get(0)).startsWith("a.tar: 2.png is not a readable");
      assertThat(
              List.of(TRAIN, HELDOUT).stream()
                  .flatMap(split -> Sources.rows(source, split, 2).stream())
                  .map(row -> row[0] + " " + row[1]))
          .containsExactlyInAnyOrder("0 1", "1 3", "0 4", "1 5");
    }
    fails(tar, "a.tar: 2.png is not a readable PNG or JPEG");
  }

  @Test
  void refusesASampleWithoutLabelOrImage() {
    Path unlabelled = folder.resolve("u.tar");
    Tars.of(unlabelled).sample("1", 0, 1).member("2.png", Tars.png(2)).close();
    fails(unlabelled, "u.tar: sample 2 has no label", ".cls");

    Path blind = folder.resolve("b.tar");
    Tars.of(blind).sample("1", 0, 1).member("2.cls", "1").close();
    fails(blind, "b.tar: sample 2 has no image");

    // members of one sample that lie apart
    Path apart = folder.resolve("apart.tar");
    Tars.of(apart).member("1.png", Tars.png(1)).sample("2", 0, 1).member("1.cls", "1").close();
    fails(apart, "apart.tar: sample 1 has no label");

    Path two = folder.resolve("two.tar");
    Tars.of(two).sample("1", 0, 1).member("1.jpg", Tars.png(1)).close();
    fails(two, "two.tar: sample 1 has two images");

    Path empty = folder.resolve("e.tar");
    Tars.of(empty).member("README.md", "nothing").close();
    fails(empty, "has no labelled images in e.tar");
  }

  @Test
  void refusesLabelsThatAreNoneOfTheClasses() throws IOException {
    Path tar = folder.resolve("data/a.tar");
    Tars.of(tar).sample("1", 0, 1).sample("2", 2, 1).close();
    Files.writeString(tar.resolveSibling("classes.txt"), "cat\ndog\n");
    fails(tar, "a.tar: 2.png has label 2, but there are 2 class names");

    Path mixed = folder.resolve("mixed.tar");
    Tars.of(mixed).sample("1", 0, 1).named("2", "cat", 2).close();
    fails(mixed, "some samples are labelled with a class index, others with a name");

    Path gap = folder.resolve("gap.tar");
    Tars.of(gap).sample("1", 0, 1).sample("2", 2, 2).close();
    fails(gap, "class 1 (\"1\") has no training images");

    Path huge = folder.resolve("huge.tar");
    Tars.of(huge).sample("1", 0, 1).sample("2", 999_999_999, 2).close();
    fails(huge, "huge.tar: 2.png has label 999999999");

    Path json = folder.resolve("json.tar");
    Tars.of(json).sample("1", 0, 1).member("2.json", "{").close();
    fails(json, "json.tar: 2.json is not valid JSON");
  }

  @ParameterizedTest
  @CsvSource({"../evil.png", "x/../../evil.png", "/etc/evil.png"})
  void refusesMembersThatNameAPlaceOutside(String name) {
    Path tar = folder.resolve("a.tar");
    Tars.of(tar).sample("1", 0, 1).member(name, Tars.png(1)).close();

    fails(tar, "a.tar: member \"" + name + "\" points outside the archive");
  }

  @Test
  void refusesLinks() {
    Path tar = folder.resolve("a.tar");
    Tars.of(tar).sample("1", 0, 1).link("2.png", "/etc/passwd").close();

    fails(tar, "a.tar: member 2.png is a link");
  }

  @Test
  void refusesATarThatIsCutOff() throws IOException {
    Path tar = folder.resolve("a.tar");
    Tars.of(tar).sample("1", 0, 1).sample("2", 1, 1).member("3.png", new byte[5000]).close();
    byte[] whole = Files.readAllBytes(tar);
    Files.write(tar, Arrays.copyOf(whole, 6 * 512));

    fails(tar, "a.tar");
  }

  @Test
  void refusesAGzipThatIsCutOff() throws IOException {
    Path tar = folder.resolve("a.tgz");
    Tars.of(tar).sample("1", 0, 1).sample("2", 1, 1).close();
    byte[] whole = Files.readAllBytes(tar);
    Files.write(tar, Arrays.copyOf(whole, whole.length / 2));

    fails(tar, "a.tgz is not a valid tar", "download or recreate the shard");
  }

  @Test
  void refusesABomb() {
    // given: zeros shrink about a thousandfold
    Path tar = folder.resolve("a.tar.gz");
    Tars.of(tar).sample("1", 0, 1).member("2.npy", new byte[40 << 20]).close();

    fails(tar, "a.tar.gz: member 2.npy takes 41943040 bytes, more than the shard can hold");
  }

  @Test
  void refusesAFileThatIsNoTar() throws IOException {
    Path tar = folder.resolve("a.tar");
    Files.write(tar, "no tar at all. ".repeat(200).getBytes(StandardCharsets.UTF_8));

    fails(tar, "a.tar");
  }

  @Test
  void refusesShardsInTwoPlaces() throws IOException {
    Tars.of(folder.resolve("train/0.tar")).sample("1", 0, 1).sample("2", 1, 1).close();
    Files.createDirectory(folder.resolve("test"));
    fails(folder, "folder test has no tar shards");

    Files.delete(folder.resolve("test"));
    Tars.of(folder.resolve("0.tar")).sample("1", 0, 1).close();
    fails(folder, "has tar shards beside and in train/");
  }

  private static void fails(Path place, String... texts) {
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> Sources.open(place))
        .satisfies(e -> assertThat(e.getMessage()).contains(texts));
  }

  @ParameterizedTest
  @ValueSource(strings = {"img.0007.png", "v2/img.0007.jpg", "a.b.CLS", "x.1.jpeg"})
  void aKeyWithADotIsRefusedByName(String member) {
    // given samples with usual keys, and one with a dot in its key
    Path tar = folder.resolve("pets.tar");
    Tars.of(tar)
        .sample("a", 1, 0)
        .sample("b", 0, 10)
        .member(member, Tars.png(3))
        .member("other.txt", "a caption")
        .close();

    // then
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> Sources.open(tar))
        .withMessageContaining(member)
        .withMessageContaining("has a dot in its key");
  }

  @ParameterizedTest
  @CsvSource({
    "header, it ends within the header of a member",
    "end, it ends without the end mark of a tar",
    "one, it ends without the end mark of a tar",
    "zeros, only zeros follow its last member",
    "joined, it has more members after its end mark"
  })
  void aTarThatIsCutOffBetweenMembersIsRefused(String where, String problem) throws IOException {
    // given ten samples, whose tar is cut before the seventh
    Path tar = folder.resolve("pets.tar");
    Tars whole = Tars.of(tar);
    for (int i = 0; i < 10; i++) {
      whole.sample("k" + i, i % 2, i);
    }
    whole.close();
    byte[] all = Files.readAllBytes(tar);
    int header = new String(all, StandardCharsets.ISO_8859_1).indexOf("k6.png");
    byte[] cut =
        switch (where) {
          case "header" -> Arrays.copyOf(all, header + 100);
          case "end" -> Arrays.copyOf(all, header);
          case "one" -> Arrays.copyOf(Arrays.copyOf(all, header), header + 512);
          case "zeros" -> Arrays.copyOf(Arrays.copyOf(all, header), header + (1 << 20));
          default -> {
            byte[] twice = Arrays.copyOf(all, 2 * all.length);
            System.arraycopy(all, 0, twice, all.length, all.length);
            yield twice;
          }
        };
    Files.write(tar, cut);

    // then
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> Sources.open(tar))
        .withMessageContaining("pets.tar is not a valid tar")
        .withMessageContaining(problem);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 512, 1024, 9 * 1024})
  void aTarMayEndWithAsMuchPaddingAsARecord(int padding) throws IOException {
    // given a tar with just its end mark, and more zeros
    Path tar = folder.resolve("pets.tar");
    Tars.of(tar).sample("a", 1, 0).sample("b", 0, 10).sample("c", 1, 3).sample("d", 0, 5).close();
    byte[] all = Files.readAllBytes(tar);
    int end = all.length;
    while (all[end - 1] == 0) {
      end--;
    }
    int blocks = (end + 511) / 512 * 512 + 1024;
    Files.write(tar, Arrays.copyOf(Arrays.copyOf(all, blocks), blocks + padding));

    // then
    try (DatasetSource source = Sources.open(tar)) {
      assertThat(source.rows(TRAIN) + source.rows(HELDOUT)).isEqualTo(4);
    }
  }
}
