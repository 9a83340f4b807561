package io.winnow.datasets.source.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was a file at the check and is a link when it is opened is not followed. */
class UnlinkedFileTest {
  @TempDir Path temp;
  private Path folder;

  @BeforeEach
  void write() throws IOException {
    folder = Files.createDirectories(temp.resolve("folder"));
    Files.createDirectories(folder.resolve("a/b"));
    Files.writeString(folder.resolve("a/b/text"), "content");
    Files.createSymbolicLink(folder.resolve("a/link"), folder.resolve("a/b"));
    Files.createSymbolicLink(folder.resolve("a/b/link"), folder.resolve("a/b/text"));
  }

  @Test
  void opensAFile() throws IOException {
    Path linked = Files.createSymbolicLink(temp.resolve("linked"), folder);

    for (Path from : new Path[] {folder, linked}) {
      try (SeekableByteChannel channel = open(from, "a/b/text")) {
        assertThat(Channels.newInputStream(channel).readAllBytes())
            .isEqualTo("content".getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/b/link", "a/link/text", "a/link/link"})
  void followsNoLinkOnTheWay(String path) {
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> open(folder, path).close());
  }

  @Test
  void checksBeforeItOpens() {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(
            () ->
                new UnlinkedFile(
                        folder,
                        Path.of("a/b/text"),
                        attributes -> {
                          assertThat(attributes.isRegularFile()).isTrue();
                          throw new IllegalArgumentException("no");
                        })
                    .open());
  }

  private static SeekableByteChannel open(Path folder, String path) throws IOException {
    return new UnlinkedFile(folder, Path.of(path), attributes -> {}).open();
  }
}
