package io.winnow.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemOptionsTest {
  @TempDir Path folder;

  @BeforeEach
  void unset() {
    Assumptions.assumeTrue(
        System.getenv(SystemOptions.SOURCES) == null, "the environment sets the allowed folders");
  }

  @Test
  void theEncoderMayReadBelowTheWorkingFolderAndTheHomes() {
    assertThat(options().sourceRoots().split(","))
        .containsExactlyInAnyOrder(
            Path.of("").toAbsolutePath().toString(),
            UserFolder.ofProcess().orElseThrow().toAbsolutePath().toString(),
            folder.resolve("home").toString(),
            folder.resolve("root").toString());
  }

  @Test
  void theEncoderMayReadDataSetsThatTheUserNames() throws Exception {
    // given a folder with a comma in its name, and a file
    Path images = Files.createDirectory(folder.resolve("a,b"));
    Path file = Files.createFile(folder.resolve("x.npz"));

    // when
    String roots = options().withSources(List.of(images, file)).sourceRoots();

    // then
    assertThat(roots).endsWith("," + folder + "/a\\,b," + folder);
  }

  private SystemOptions options() {
    return SystemOptions.of(new Home(folder.resolve("home")), folder.resolve("root"), notice -> {});
  }
}
