package io.winnow.cli.common;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.local.system.Home;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LauncherLogTest {
  @TempDir Path folder;

  @Test
  void commandsShareOneFileAndLeaveNoOther() throws Exception {
    // given what earlier versions left
    Home home = new Home(folder);
    home.create();
    for (String leftover : List.of("launcher.0.log.1", "launcher.0.log.17", "launcher.0.log.lck")) {
      Files.writeString(home.logs().resolve(leftover), "old");
    }
    Logger logger = Logger.getLogger("io.winnow.test");

    // when two commands run at the same time
    try (LauncherLog up = LauncherLog.open(home)) {
      logger.info("from up");
      try (LauncherLog status = LauncherLog.open(home)) {
        logger.info("from both");
      }
    }

    // then
    try (Stream<Path> files = Files.list(home.logs())) {
      assertThat(files.map(file -> file.getFileName().toString())).containsExactly("launcher.log");
    }
    assertThat(home.logs().resolve("launcher.log")).content().contains("from up", "from both");
  }

  @Test
  void aLargeFileIsReplaced() throws Exception {
    // given
    Home home = new Home(folder);
    Logger logger = Logger.getLogger("io.winnow.test");
    String line = "x".repeat(1 << 20);

    // when twelve MiB are logged
    try (LauncherLog log = LauncherLog.open(home)) {
      for (int i = 0; i < 12; i++) {
        logger.info(line);
      }
    }

    // then two files remain, none larger than the limit and one line
    try (Stream<Path> files = Files.list(home.logs())) {
      assertThat(files.toList())
          .hasSize(2)
          .allSatisfy(file -> assertThat(file.toFile().length()).isLessThan(6 << 20));
    }
  }
}
