package io.winnow.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceLogTest {
  @TempDir Path folder;

  @Test
  void aLogThatIsTooLargeIsMovedAwayWhileItIsWritten() throws Exception {
    // given a process that appends to its log
    Path file = folder.resolve("trainer-service.log");
    ServiceLog log = new ServiceLog(file);
    try (OutputStream process =
        Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      process.write("0123456789".getBytes(StandardCharsets.UTF_8));

      // when the log is no larger than the limit, then it stays
      log.limit(10);
      assertThat(file).hasContent("0123456789");

      // when it is
      process.write('x');
      log.limit(10);

      // then its content is in the previous log, and the process goes on at the start
      assertThat(file).isEmptyFile();
      process.write("next".getBytes(StandardCharsets.UTF_8));
      assertThat(file).hasContent("next");
      assertThat(folder.resolve("trainer-service.log.previous")).hasContent("0123456789x");
    }

    // and there are never more than two files
    Files.writeString(file, "longer than ten");
    log.limit(10);
    log.begin();
    assertThat(folder)
        .isDirectoryNotContaining("glob:**.1")
        .isDirectoryContaining("glob:**.previous");
    try (var files = Files.list(folder)) {
      assertThat(files).hasSizeLessThanOrEqualTo(2);
    }
  }

  @Test
  void quotesTheLastLineThatIsNoStackFrame() throws Exception {
    Path file = folder.resolve("encoder-service.log");
    ServiceLog log = new ServiceLog(file);
    assertThat(log.lastLine()).isEqualTo("; see " + file);
    Files.writeString(file, "first\nno secret key\n\tat io.winnow.Main\n\n");
    assertThat(log.lastLine()).isEqualTo("; " + file + " ends with: no secret key");
  }
}
