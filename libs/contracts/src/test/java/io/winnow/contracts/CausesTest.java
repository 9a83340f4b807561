package io.winnow.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CausesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "org.apache.parquet.io.LocalInputFile@48535004 is not a Parquet file | it is not a Parquet file",
        "java.nio.file.FileAlreadyExistsException: /a/b | /a/b",
        "java.util.zip.ZipException: invalid distance | invalid distance",
        "Unexpected end at [Source: REDACTED (`StreamReadFeature.X` disabled); line: 1] of it | Unexpected end of it",
        "No space left on device | No space left on device",
        "Connection refused: localhost/127.0.0.1:9000 | Connection refused: localhost/127.0.0.1:9000"
      })
  void aReasonHasNoNamesOfClasses(String message, String reason) {
    assertThat(Causes.of(new IOException(message))).isEqualTo(reason);
  }

  @Test
  void aReasonWithoutAMessageIsStillAReason() {
    assertThat(Causes.of(new EOFException())).isEqualTo("it could not be read or written");
  }

  @Test
  void faultsOfFilesAreSaidInWords(@TempDir Path folder) throws IOException {
    // Given a file
    Path file = Files.writeString(folder.resolve("file"), "x");

    // Then
    assertThat(Causes.of(catchThrowable(() -> Files.readString(folder.resolve("none")))))
        .isEqualTo("there is no such file or folder");
    assertThat(Causes.of(catchThrowable(() -> Files.createDirectory(file))))
        .isEqualTo("a file of that name is in the way");
    assertThat(Causes.of(catchThrowable(() -> Files.createDirectories(file.resolve("a")))))
        .doesNotContain("java");
    assertThat(Causes.of(catchThrowable(() -> Files.delete(folder))))
        .isEqualTo("the folder is not empty");
  }
}
