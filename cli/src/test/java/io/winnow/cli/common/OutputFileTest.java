package io.winnow.cli.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {
  @TempDir Path folder;

  @Test
  void linksAreFollowedToTheFile() throws Exception {
    // given a relative link to a link to a file, and one to a file that does not exist yet
    Path file = Files.writeString(Files.createDirectory(folder.resolve("a")).resolve("f"), "old");
    Path inner = Files.createSymbolicLink(folder.resolve("a/inner"), Path.of("f"));
    Path outer = Files.createSymbolicLink(folder.resolve("outer"), Path.of("a/inner"));
    Path open = Files.createSymbolicLink(folder.resolve("open"), Path.of("b/new"));
    // then the file itself is named
    assertThat(OutputFile.prepare(outer)).isEqualTo(file);
    assertThat(OutputFile.prepare(inner)).isEqualTo(file);
    assertThat(OutputFile.prepare(open)).isEqualTo(folder.resolve("b/new"));
    assertThat(folder.resolve("b")).isDirectory();
  }

  @Test
  void aLinkToItselfIsRefused() throws Exception {
    Path loop = Files.createSymbolicLink(folder.resolve("loop"), Path.of("loop"));
    assertThatThrownBy(() -> OutputFile.prepare(loop))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("is a link to itself");
  }

  @Test
  void devicesFoldersAndLinksToThemAreRefused() throws Exception {
    Path device = Files.createSymbolicLink(folder.resolve("device"), Path.of("/dev/null"));
    Path inside = Files.createSymbolicLink(folder.resolve("folder"), folder);
    assertThatThrownBy(() -> OutputFile.prepare(device))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("is a device or a pipe");
    assertThatThrownBy(() -> OutputFile.prepare(Path.of("/dev/null")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("is a device or a pipe");
    assertThatThrownBy(() -> OutputFile.prepare(inside))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("is a folder");
  }
}
