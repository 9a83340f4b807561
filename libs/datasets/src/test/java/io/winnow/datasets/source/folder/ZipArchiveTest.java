package io.winnow.datasets.source.folder;

import static io.winnow.datasets.source.DatasetSource.HELDOUT;
import static io.winnow.datasets.source.DatasetSource.TRAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.source.DatasetSource;
import io.winnow.datasets.source.Sources;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZipArchiveTest {
  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(strings = {"", "pets/", "a/b/"})
  void readsAZipLikeItsFolder(String prefix) throws IOException {
    // given
    Path folder = Sources.pets(temp.resolve("folder"));
    Path zip = zip(folder, prefix);

    // when
    try (DatasetSource plain = Sources.open(folder);
        DatasetSource zipped = Sources.open(zip)) {
      // then
      assertThat(zipped.format()).isEqualTo("zip");
      assertThat(zipped.digest()).isEqualTo(plain.digest());
      assertThat(zipped.classes()).isEqualTo(plain.classes());
      for (String split : List.of(TRAIN, HELDOUT)) {
        assertThat(Sources.rows(zipped, split, 3))
            .usingElementComparator(Arrays::compare)
            .containsExactlyElementsOf(Sources.rows(plain, split, 3));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"../evil.png", "cat/../../evil.png"})
  void refusesEntriesThatNameAPlaceOutside(String entry) throws IOException {
    // given
    Path zip = temp.resolve("pets.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      out.putNextEntry(new ZipEntry(entry));
      out.write(1);
    }

    // when, then
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> Sources.open(zip))
        .withMessageContaining("pets.zip is not a usable zip")
        .withMessageContaining("..");
    assertThat(temp.resolve("evil.png")).doesNotExist();
    assertThat(temp.resolveSibling("evil.png")).doesNotExist();
  }

  @Test
  void refusesABomb() throws IOException {
    // given: zeros shrink about a thousandfold
    Path zip = temp.resolve("bomb.zip");
    byte[] zeros = new byte[1 << 20];
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      out.putNextEntry(new ZipEntry("cat/0.png"));
      for (int i = 0; i < 40; i++) {
        out.write(zeros);
      }
    }

    // when, then
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> Sources.open(zip))
        .withMessageContaining("bomb.zip unpacks to more than");
  }

  @Test
  void refusesATruncatedZip() throws IOException {
    Path zip = zip(Sources.pets(temp.resolve("folder")), "");
    byte[] whole = Files.readAllBytes(zip);
    Files.write(zip, Arrays.copyOf(whole, whole.length / 2));

    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> Sources.open(zip))
        .withMessageContaining("is not a usable zip");
  }

  @Test
  void refusesAnotherFile() throws IOException {
    Path file = Files.writeString(temp.resolve("pets.rar"), "rar");

    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> Sources.open(file))
        .withMessageContaining("is a file, but in no known format");
  }

  private Path zip(Path folder, String prefix) throws IOException {
    Path zip = temp.resolve("pets.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip));
        Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(
            new ZipEntry(prefix + folder.relativize(file).toString().replace('\\', '/')));
        Files.copy(file, out);
      }
    }
    return zip;
  }

  @Test
  void aTextBesideTheOnlyFolderDoesNotMatter() throws IOException {
    // given
    Path zip = temp.resolve("pets.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      entry(out, "README.md", new byte[] {'#'});
      for (String name : List.of("cat", "dog")) {
        for (int i = 0; i < 2; i++) {
          entry(out, "pets/" + name + "/" + i + ".png", png(i));
        }
      }
    }

    // when, then
    try (DatasetSource source = Sources.open(zip)) {
      assertThat(source.classes()).containsExactly("cat", "dog");
    }
  }

  @Test
  void namesWithBackslashesAreRefused() throws IOException {
    Path zip = temp.resolve("pets.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      entry(out, "pets\\cat\\0.png", png(0));
      entry(out, "pets\\dog\\0.png", png(1));
    }

    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> Sources.open(zip))
        .withMessageContaining("has backslashes")
        .withMessageContaining("recreate the zip with '/'");
  }

  @Test
  void anImageWhoseNameHoldsANulIsRefused() throws IOException {
    Path zip = temp.resolve("pets.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      entry(out, "cat/0\u0000.png", png(0));
      entry(out, "dog/0.png", png(1));
    }

    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> Sources.open(zip))
        .withMessageContaining("is not the name of a file")
        .withMessageContaining("rename the file");
  }

  private static void entry(ZipOutputStream out, String name, byte[] content) throws IOException {
    out.putNextEntry(new ZipEntry(name));
    out.write(content);
    out.closeEntry();
  }

  private static byte[] png(int first) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(Sources.grey(6, 6, first), "png", bytes);
    return bytes.toByteArray();
  }
}
