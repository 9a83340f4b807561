package io.winnow.datasets.source.webdataset;

import static io.winnow.datasets.source.DatasetSource.HELDOUT;
import static io.winnow.datasets.source.DatasetSource.TRAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.source.DatasetSource;
import io.winnow.datasets.source.Sources;
import io.winnow.datasets.source.Tars;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TarFoldersTest {
  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(strings = {"pets.tar", "pets.tar.gz", "pets.tgz"})
  void readsTheClassFoldersOfATar(String name) {
    // given class folders in one folder, as imagenette has them, in another order than by name
    Path tar = temp.resolve(name);
    Tars made = Tars.of(tar).folder("./set/").member("./set/README.md", "about");
    for (int i = 0; i < 4; i++) {
      made.member("./set/dog/" + i + ".v1.png", Tars.png(100 + i));
      made.member("./set/._dog/" + i + ".png", "no image");
      made.member("./set/cat/" + i + ".PNG", Tars.png(i));
    }
    made.close();

    // then: of 4 a class one is held out
    try (DatasetSource source = Sources.open(tar)) {
      assertThat(source.classes()).containsExactly("cat", "dog");
      assertThat(source.counts(TRAIN)).containsExactly(3, 3);
      assertThat(Sources.rows(source, TRAIN, 4))
          .allSatisfy(row -> assertThat(row[0]).isEqualTo(row[1] >= 100 ? 1 : 0));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"val", "test", "valid", "dev"})
  void readsTheHeldOutFolderOfATar(String heldout) {
    // given
    Path tar = temp.resolve("pets.tgz");
    Tars.of(tar)
        .member("set/" + heldout + "/cat/0.png", Tars.png(50))
        .member("set/" + heldout + "/dog/1.png", Tars.png(60))
        .member("set/train/cat/0.png", Tars.png(1))
        .member("set/train/dog/1.png", Tars.png(2))
        .close();

    // then
    try (DatasetSource source = Sources.open(tar)) {
      assertThat(source.drawn()).isFalse();
      assertThat(Sources.rows(source, TRAIN, 4).stream().map(r -> r[1])).containsExactly(1, 2);
      assertThat(Sources.rows(source, HELDOUT, 4).stream().map(r -> r[1])).containsExactly(50, 60);
    }
  }

  @Test
  void imagesWithCaptionsAreNotClassFolders() {
    // given samples of WebDataset in two folders, without classes
    Path tar = temp.resolve("captions.tar");
    Tars.of(tar)
        .member("0/a.png", Tars.png(1))
        .member("0/a.txt", "a cat")
        .member("1/b.png", Tars.png(2))
        .member("1/b.txt", "a dog")
        .close();

    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> Sources.open(tar))
        .withMessageContaining("sample 0/a has no label");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cls", "json"})
  void labelsApartFromTheirImagesAreNotClassFolders(String kind) {
    Path tar = temp.resolve("apart.tar");
    Tars.of(tar)
        .member("0/a.png", Tars.png(1))
        .member("0/b.png", Tars.png(2))
        .member("1/c.png", Tars.png(3))
        .member("0/a." + kind, "1")
        .close();

    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> Sources.open(tar))
        .withMessageContaining("sample 0/a has no label");
  }

  @Test
  void refusesImagesBesideTheParts() {
    Path tar = temp.resolve("pets.tar");
    Tars.of(tar)
        .member("train/cat/0.png", Tars.png(1))
        .member("train/dog/0.png", Tars.png(2))
        .member("extra/dog/1.png", Tars.png(3))
        .close();

    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> Sources.open(tar))
        .withMessageContaining("pets.tar has images beside those in train/");
  }
}
