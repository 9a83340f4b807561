package io.winnow.datasets.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.winnow.contracts.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files outside a source are not read through links in it, and nothing but files is read. */
class SourceLinksTest {
  private static final String OUT = "is or lies behind a symbolic link that leads out";

  @TempDir Path temp;
  private Path source;
  private Path secret;

  @BeforeEach
  void folders() throws IOException {
    source = Files.createDirectory(temp.resolve("source"));
    secret = Files.createDirectory(temp.resolve("secret"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"labels.txt", "classes.txt"})
  void namesOfClassesAreNotReadThroughALink(String list) throws IOException {
    // given a private file whose third line would be the name of class 2
    Sources.idxPair(source, "train", "", 20, 4, 2);
    Path file = Files.writeString(secret.resolve("note"), "one\ntwo\nline three\n");
    Files.createSymbolicLink(source.resolve(list), file);

    fails(list + " " + OUT);
    Files.delete(file);
    fails(list + " " + OUT);
  }

  @Test
  void anErrorDoesNotQuoteClassNames() throws IOException {
    Sources.idxPair(source, "train", "", 20, 4, 2);
    Files.writeString(source.resolve("labels.txt"), "one\ntwo\nline three\n");

    fails("class 2 has no training images");
  }

  /** What lies in the secret folder, and where the source has a link to it. */
  @ParameterizedTest
  @CsvSource({"cat/0.png, dog/9.png, dog/9.png", "cat, eel, eel", "cat, ../source/cat, cat"})
  void imagesAreNotReadThroughALink(String target, String link, String named) throws IOException {
    Sources.pets(secret);
    Sources.pets(source);
    Path at = source.resolve(link).normalize();
    if (Files.isDirectory(at)) {
      Files.move(at, source.resolve("ant"));
    }
    Files.createSymbolicLink(at, secret.resolve(target));

    fails(named + " " + OUT);
  }

  @ParameterizedTest
  @CsvSource({
    "train-images-idx3-ubyte, train-images-idx3-ubyte",
    "data_batch_1.bin, data_batch_1.bin",
    "0.tar, 0.tar",
    "0.tar, train/0.tar",
    "0.parquet, train-0.parquet",
    "0.npz, data.npz"
  })
  void filesOfNoFormatAreReadThroughALink(String file, String link) throws IOException {
    Sources.idxPair(secret, "train", "", 20, 4, 2);
    Sources.idxPair(source, "train", "", 20, 4, 2);
    Files.write(secret.resolve("data_batch_1.bin"), Sources.cifar(20, 0));
    Tars.of(secret.resolve("0.tar")).sample("a", 0, 1).sample("b", 1, 2).close();
    copy("/parquet/snappy.parquet", secret.resolve("0.parquet"));
    copy("/npz/grey.npz", secret.resolve("0.npz"));
    if (file.startsWith("train")) {
      Files.delete(source.resolve(link));
    } else {
      Files.delete(source.resolve("train-images-idx3-ubyte"));
      Files.delete(source.resolve("train-labels-idx1-ubyte"));
    }
    Files.createDirectories(source.resolve(link).getParent());
    Files.createSymbolicLink(source.resolve(link), secret.resolve(file));

    fails(link + " " + OUT);
  }

  @Test
  void aFolderOfShardsIsNotListedThroughALink() throws IOException {
    Tars.of(secret.resolve("private.tar")).sample("a", 0, 1).sample("b", 1, 2).close();
    Files.createSymbolicLink(source.resolve("train"), secret);

    fails("train " + OUT);
  }

  @Test
  void aLinkThatStaysInTheSourceIsFollowed() throws IOException {
    Sources.pets(source);
    Files.createSymbolicLink(source.resolve("dog/link.png"), Path.of("../cat/0.png"));
    Files.createSymbolicLink(source.resolve("eel"), source.resolve("cat"));

    try (DatasetSource open = Sources.open(source)) {
      assertThat(open.classes()).containsExactly("cat", "dog", "eel");
      assertThat(open.rows(DatasetSource.TRAIN) + open.rows(DatasetSource.HELDOUT)).isEqualTo(13);
      Sources.rows(open, DatasetSource.TRAIN, 4);
    }
  }

  @Test
  void aSourceMayItselfBeALink() throws IOException {
    copy("/parquet/snappy.parquet", secret.resolve("4f2a"));
    Path link = Files.createSymbolicLink(source.resolve("pets.parquet"), secret.resolve("4f2a"));
    Path folder = Files.createSymbolicLink(temp.resolve("folder"), Sources.pets(temp.resolve("p")));

    try (DatasetSource open = Sources.open(link)) {
      assertThat(open.rows(DatasetSource.TRAIN)).isEqualTo(3);
    }
    try (DatasetSource open = Sources.open(folder)) {
      assertThat(open.rows(DatasetSource.TRAIN)).isEqualTo(6);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cat/9.png", "train-labels-idx1-ubyte"})
  void aPipeIsRefusedAndNotWaitedFor(String name) throws Exception {
    Sources.pets(source);
    if (!name.endsWith("png")) {
      Sources.idxPair(source, "train", "", 20, 4, 2);
      Files.delete(source.resolve(name));
    }
    assertThat(new ProcessBuilder("mkfifo", source.resolve(name).toString()).start().waitFor())
        .isZero();

    assertTimeoutPreemptively(Duration.ofSeconds(20), () -> fails(name + " is not a regular file"));
  }

  @Test
  void aListOfClassesIsOfLimitedSize() throws IOException {
    Sources.idxPair(source, "train", "", 20, 4, 2);
    Files.write(source.resolve("labels.txt"), new byte[(8 << 20) + 1]);

    fails("labels.txt is larger than 8 MiB");
  }

  private void fails(String problem) {
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> Sources.open(source).close())
        .satisfies(
            e -> {
              assertThat(e.getMessage()).contains(problem);
              assertThat(e.getMessage()).doesNotContain("line three", secret.toString());
            });
  }

  private static void copy(String resource, Path target) throws IOException {
    try (InputStream in = SourceLinksTest.class.getResourceAsStream(resource)) {
      Files.copy(in, target);
    }
  }
}
