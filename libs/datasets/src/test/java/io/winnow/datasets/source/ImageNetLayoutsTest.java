package io.winnow.datasets.source;

import static io.winnow.datasets.source.DatasetSource.HELDOUT;
import static io.winnow.datasets.source.DatasetSource.TRAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.winnow.contracts.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** ImageNet and Tiny-ImageNet in the layouts in which people have them. */
class ImageNetLayoutsTest {
  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(strings = {"folder", "zip", "tar"})
  void readsTinyImageNetAsPublished(String form) {
    Path place = written(ImageNetFiles.tiny(), form, "tiny-imagenet-200/");

    try (DatasetSource source = Sources.open(place)) {
      // then: classes are in the order of their folders, not of wnids.txt
      assertThat(source.classes()).containsExactly("fish", "bird, fowl");
      assertThat(labelled(source, TRAIN))
          .containsExactlyInAnyOrder("0 0", "0 1", "0 2", "1 100", "1 101", "1 102");
      assertThat(labelled(source, HELDOUT)).containsExactlyInAnyOrder("0 50", "1 60");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"folder", "zip", "tar"})
  void readsImageNetAsAtKaggle(String form) {
    Path place = written(ImageNetFiles.kaggle(), form, "");

    try (DatasetSource source = Sources.open(place)) {
      assertThat(source.classes()).containsExactly("tench, Tinca tinca", "goldfish");
      assertThat(labelled(source, TRAIN)).containsExactlyInAnyOrder("0 0", "0 1", "1 100", "1 101");
      assertThat(labelled(source, HELDOUT)).containsExactlyInAnyOrder("0 50", "1 60");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"folder", "zip", "tar"})
  void refusesAnImageThatTheListDoesNotName(String form) {
    Path place = written(ImageNetFiles.tiny().image("val/images/val_2.JPEG", 80), form, "tiny/");

    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> Sources.open(place).close())
        .withMessageContaining("val_annotations.txt names no class of")
        .withMessageContaining("val/images/val_2.JPEG");
  }

  @ParameterizedTest
  @CsvSource({
    "val.txt, ILSVRC2012_val_00000001.JPEG 1|ILSVRC2012_val_00000002.JPEG 0",
    "val.txt, val/ILSVRC2012_val_00000001.JPEG n02|val/ILSVRC2012_val_00000002.JPEG n01",
    "imagenet_2012_validation_synset_labels.txt, n02|n01"
  })
  void readsOtherListsOfFlatValidationImages(String list, String lines) {
    Path place = flat().text(list, lines.replace('|', '\n')).folder(temp.resolve("set"));

    try (DatasetSource source = Sources.open(place)) {
      assertThat(source.classes()).containsExactly("n01", "n02");
      assertThat(labelled(source, HELDOUT)).containsExactly("0 50", "1 60");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "ILSVRC2012_val_00000001.JPEG 1|ILSVRC2012_val_00000002.JPEG 2, numbers classes from 0 to 2",
    "ILSVRC2012_val_00000001.JPEG n02, names no class of val/ILSVRC2012_val_00000002.JPEG",
    "ILSVRC2012_val_00000001 n9|ILSVRC2012_val_00000002 n01, a class without training images",
  })
  void refusesListsThatDoNotFit(String lines, String problem) {
    Path place = flat().text("val.txt", lines.replace('|', '\n')).folder(temp.resolve("set"));

    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> Sources.open(place).close())
        .withMessageContaining(problem);
  }

  @Test
  void flatValidationImagesNeedAList() {
    Path place =
        flat()
            .text("ILSVRC2012_validation_ground_truth.txt", "490\n361\n")
            .folder(temp.resolve("set"));

    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> Sources.open(place).close())
        .withMessageContaining("the folder val beside train/ has no class folders")
        .withMessageContaining("LOC_val_solution.csv");
  }

  private static ImageNetFiles flat() {
    return new ImageNetFiles()
        .image("train/n01/n01_0.JPEG", 0)
        .image("train/n02/n02_0.JPEG", 100)
        .image("val/ILSVRC2012_val_00000001.JPEG", 60)
        .image("val/ILSVRC2012_val_00000002.JPEG", 50);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "words.txt; n02\tcrane|n01\tcrane; crane (n01), crane (n02)",
        "synset_words.txt; n01 tench, Tinca tinca|n02 goldfish; tench, Tinca tinca, goldfish",
        "imagenet_class_index.json; {'0': ['n01', 'tench'], '1': ['n02', 'goldfish']};"
            + " tench, goldfish",
        "class_names.json; {'n02': 'a', 'n01': 'b'}; b, a",
        "class_names.csv; folder,name|n01,\"tench, \"\"big\"\"\"|n02,goldfish;"
            + " tench, \"big\", goldfish",
        "words.txt; n01\tfish; n01, n02"
      })
  void namesClassesByAList(String list, String text, String expected) {
    ImageNetFiles set =
        new ImageNetFiles()
            .image("n01/0.JPEG", 0)
            .image("n01/1.JPEG", 1)
            .image("n02/0.JPEG", 100)
            .image("n02/1.JPEG", 101);
    Path plain = set.folder(temp.resolve("plain"));
    String content = text.replace('|', '\n').replace("\\t", "\t").replace('\'', '"');
    Path titled = set.text(list, content).folder(temp.resolve("titled"));

    try (DatasetSource source = Sources.open(titled);
        DatasetSource without = Sources.open(plain)) {
      assertThat(String.join(", ", source.classes())).isEqualTo(expected);
      // the order of classes is that of the folders
      assertThat(labelled(source, TRAIN)).isEqualTo(labelled(without, TRAIN));
      // and the address of the stored data set depends on the names
      assertThat(source.digest().equals(without.digest()))
          .isEqualTo(source.classes().equals(without.classes()));
    }
  }

  @Test
  void readsTheTarsOfImageNetAsPublished() throws IOException {
    // given a tar of tars, and a flat tar with a list beside
    Path folder = Files.createDirectory(temp.resolve("imagenet"));
    train(folder);
    Tars.of(folder.resolve("ILSVRC2012_img_val.tar"))
        .member("ILSVRC2012_val_00000001.JPEG", Tars.png(60))
        .member("ILSVRC2012_val_00000002.JPEG", Tars.png(50))
        .close();
    Files.writeString(folder.resolve("synset_words.txt"), "n01 tench\nn02 goldfish\n");

    // then, without the list, training images are held out
    try (DatasetSource source = Sources.open(folder)) {
      assertThat(source.drawn()).isTrue();
      assertThat(source.remarks().get(0)).startsWith("ILSVRC2012_img_val.tar is not used");
      assertThat(source.classes()).containsExactly("tench", "goldfish");
    }

    // and with it, the validation images are
    Files.writeString(
        folder.resolve("val.txt"),
        "ILSVRC2012_val_00000001.JPEG 1\nILSVRC2012_val_00000002.JPEG 0\n");
    try (DatasetSource source = Sources.open(folder)) {
      assertThat(source.classes()).containsExactly("tench", "goldfish");
      assertThat(labelled(source, TRAIN)).containsExactly("1 100", "1 101", "0 0", "0 1");
      assertThat(labelled(source, HELDOUT)).containsExactly("1 60", "0 50");
    }
  }

  @Test
  void readsATarOfTars() throws IOException {
    Path tar = train(temp);

    try (DatasetSource source = Sources.open(tar)) {
      assertThat(source.classes()).containsExactly("n01", "n02");
      assertThat(source.counts(TRAIN)).containsExactly(1, 1);
      assertThat(source.counts(HELDOUT)).containsExactly(1, 1);
    }
  }

  @Test
  void refusesAFileBesideTheTarsOfClasses() throws IOException {
    Path tar = temp.resolve("train.tar");
    Tars.of(tar)
        .member("n01.tar", Files.readAllBytes(inner("n01", 0)))
        .member("n02_0.JPEG", Tars.png(3))
        .close();

    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> Sources.open(tar).close())
        .withMessageContaining("train.tar: n02_0.JPEG lies beside tars of classes");
  }

  @Test
  void refusesAnInnerTarThatIsCutOff() throws IOException {
    byte[] whole = Files.readAllBytes(inner("n01", 0));
    Path tar = temp.resolve("train.tar");
    Tars.of(tar)
        .member("n01.tar", Arrays.copyOf(whole, 1024))
        .member("n02.tar", Files.readAllBytes(inner("n02", 3)))
        .close();

    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> Sources.open(tar).close())
        .withMessageContaining("train.tar: n01.tar is not a valid tar");
  }

  @Test
  void readsShardsOfWebDatasetByTheirNames() throws IOException {
    // given shards as on the Hugging Face Hub: numbers in cls, details in json
    Path folder = temp.resolve("wds");
    Tars.of(folder.resolve("imagenet1k-train-0000.tar"))
        .member("n02_7.cls", "1")
        .member("n02_7.jpg", Tars.png(100))
        .member("n02_7.json", "{\"label\": 1, \"filename\": \"n02_7.JPEG\"}")
        .sample("n01_3", 0, 0)
        .close();
    Tars.of(folder.resolve("imagenet1k-validation-00.tar"))
        .sample("ILSVRC2012_val_00000001", 1, 60)
        .close();
    Files.writeString(
        folder.resolve("imagenet_class_index.json"),
        "{\"1\": [\"n02\", \"goldfish\"], \"0\": [\"n01\", \"tench\"]}");

    try (DatasetSource source = Sources.open(folder)) {
      assertThat(source.format()).isEqualTo("webdataset");
      assertThat(source.classes()).containsExactly("tench", "goldfish");
      assertThat(labelled(source, TRAIN)).containsExactly("1 100", "0 0");
      assertThat(labelled(source, HELDOUT)).containsExactly("1 60");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"val", "validation", "valid", "test"})
  void readsFoldersOfShards(String heldout) {
    Path folder = temp.resolve("wds");
    Tars.of(folder.resolve("train/0.tar")).named("a", "n02", 100).named("b", "n01", 0).close();
    Tars.of(folder.resolve(heldout + "/0.tar")).named("a", "n01", 50).close();

    try (DatasetSource source = Sources.open(folder)) {
      assertThat(source.classes()).containsExactly("n01", "n02");
      assertThat(labelled(source, HELDOUT)).containsExactly("0 50");
    }
  }

  private Path train(Path folder) throws IOException {
    Path tar = folder.resolve("ILSVRC2012_img_train.tar");
    Tars.of(tar)
        .member("n02.tar", Files.readAllBytes(inner("n02", 100)))
        .member("n01.tar", Files.readAllBytes(inner("n01", 0)))
        .close();
    return tar;
  }

  private Path inner(String name, int first) {
    Path tar = temp.resolve(name + ".tar");
    Tars.of(tar)
        .member(name + "_0.JPEG", Tars.png(first))
        .member(name + "_1.JPEG", Tars.png(first + 1))
        .close();
    return tar;
  }

  private Path written(ImageNetFiles files, String form, String prefix) {
    return switch (form) {
      case "folder" -> files.folder(temp.resolve("set"));
      case "zip" -> files.zip(temp.resolve("set.zip"), prefix);
      default -> files.tar(temp.resolve("set.tar"), prefix);
    };
  }

  private static List<String> labelled(DatasetSource source, String split) {
    return Sources.rows(source, split, 100).stream().map(r -> r[0] + " " + r[1]).toList();
  }
}
