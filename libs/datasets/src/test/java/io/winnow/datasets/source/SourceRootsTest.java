package io.winnow.datasets.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.datasets.ReadListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A source that others name lies below an allowed folder, whatever its path looks like. */
class SourceRootsTest {
  private static final String NOT_ALLOWED = "is not in a folder that the encoder may read";

  @TempDir Path temp;
  private Path open;
  private Path closed;

  @BeforeEach
  void folders() throws IOException {
    open = Files.createDirectory(temp.resolve("open"));
    closed = Files.createDirectory(temp.resolve("closed"));
    Sources.pets(open.resolve("pets"));
    Sources.pets(closed.resolve("pets"));
  }

  @Test
  void readsInARootAndBelowIt() throws IOException {
    // given a root that is a link, and a link within the roots to a folder in them
    Path link = Files.createSymbolicLink(temp.resolve("link"), open);
    Files.createSymbolicLink(open.resolve("again"), open.resolve("pets"));

    // then
    for (Path root : List.of(open, open.resolve("pets"), link)) {
      reads(open.resolve("pets"), root.toString());
      reads(link.resolve("pets"), root.toString());
      reads(open.resolve("../open/again"), root.toString());
    }
    reads(open.resolve("pets"), " " + closed + "x", open + "/ ");
  }

  @Test
  void readsARelativePath() {
    Path here = Path.of("").toAbsolutePath();
    Path relative = here.relativize(open.resolve("pets"));

    reads(relative, open.toString());
    reads(open.resolve("pets"), here.relativize(open).toString());
  }

  @Test
  void refusesWhatIsNotBelowARoot() throws IOException {
    Files.createSymbolicLink(open.resolve("out"), closed.resolve("pets"));
    Files.createDirectory(temp.resolve("opener"));
    Sources.pets(temp.resolve("opener/pets"));
    Path file = Files.writeString(closed.resolve("x.npz"), "private");
    Files.createSymbolicLink(open.resolve("x.npz"), file);
    Files.createSymbolicLink(closed.resolve("in"), open.resolve("pets"));

    for (Path path :
        List.of(
            closed.resolve("pets"),
            open.resolve("../closed/pets"),
            open.resolve("out"),
            open.resolve("out/../pets"),
            open.resolve("x.npz"),
            temp.resolve("opener/pets"),
            temp,
            Path.of("/"),
            Path.of("/dev/zero"),
            Path.of("/etc/passwd"))) {
      refuses(path, NOT_ALLOWED, open.toString());
    }
    refuses(open.resolve("pets"), "is not in a folder");
  }

  @Test
  void doesNotTellWhatExistsOutside() throws IOException {
    Files.createSymbolicLink(open.resolve("there"), closed.resolve("pets"));
    Files.createSymbolicLink(open.resolve("not-there"), closed.resolve("nothing"));

    String outside = problem(closed.resolve("pets"), open.toString());
    assertThat(problem(closed.resolve("nothing"), open.toString()))
        .isEqualTo(outside.replace("pets", "nothing"));
    String through = problem(open.resolve("there"), open.toString());
    assertThat(problem(open.resolve("not-there"), open.toString()))
        .isEqualTo(through.replace("there", "not-there"));
    assertThat(problem(open.resolve("not-there/a"), open.toString())).contains(NOT_ALLOWED);
    assertThat(problem(open.resolve("nothing/a"), open.toString())).contains("does not exist");
  }

  @Test
  void refusesWhatIsNeitherFileNorFolder() throws Exception {
    Path pipe = open.resolve("pipe.tar");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();

    refuses(pipe, "is neither a regular file nor a folder", open.toString());
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> Sources.open(Path.of("/dev/zero")))
        .withMessageContaining("\"/dev/zero\" is neither a regular file nor a folder");
    refuses(Path.of("/dev/zero"), "is neither a regular file nor a folder", "/");
  }

  @Test
  void withoutRootsOnlyTheStoreIsRead() {
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> source(open.resolve("pets")))
        .satisfies(e -> assertThat(e.remedy()).contains("store:<key prefix>"));
  }

  private void reads(Path path, String... roots) {
    try (DatasetSource source = source(path, roots)) {
      assertThat(source.classes()).containsExactly("cat", "dog");
    }
  }

  private void refuses(Path path, String problem, String... roots) {
    assertThat(problem(path, roots)).contains("dataset.source \"" + path + "\"", problem);
  }

  private String problem(Path path, String... roots) {
    try (DatasetSource source = source(path, roots)) {
      throw new AssertionError(path + " is read: " + source.classes());
    } catch (InvalidInputException e) {
      return e.problem();
    }
  }

  private DatasetSource source(Path path, String... roots) {
    return DatasetSource.open(
        DatasetSpec.of(path.toString()),
        SourceRoots.of(List.of(roots)),
        temp,
        null,
        ReadListener.NONE);
  }
}
