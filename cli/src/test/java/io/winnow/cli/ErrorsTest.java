package io.winnow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.contracts.InvalidInputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class ErrorsTest {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Command(name = "none")
  private static final class None {}

  private int shown(Exception e) {
    CommandLine line = new CommandLine(new None());
    return new Errors(new PrintStream(err, true, StandardCharsets.UTF_8))
        .onExecution(e, line, line.parseArgs());
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        Arguments.of(new NoSuchFileException("/a/b"), "/a/b: there is no such file or folder"),
        Arguments.of(
            new UncheckedIOException(new AccessDeniedException("/a")), "/a: access is denied"),
        Arguments.of(
            new UncheckedIOException(
                new FileSystemException("/a", null, "No space left on device")),
            "/a: No space left on device"),
        Arguments.of(
            new UncheckedIOException(new IOException("Connection reset")), "Connection reset"),
        Arguments.of(
            new UncheckedIOException("cannot read /a: no", new IOException("x")),
            "cannot read /a: no"),
        Arguments.of(new IllegalStateException("Kafka is unavailable"), "Kafka is unavailable"),
        Arguments.of(
            new IllegalStateException(new IOException("Connection refused")),
            "Connection refused"));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void aFaultIsOneLineWithoutNamesOfClasses(Exception fault, String words) {
    // when
    int code = shown(fault);

    // then
    String line = err.toString(StandardCharsets.UTF_8);
    assertThat(code).isEqualTo(Errors.FAILED);
    assertThat(line).startsWith("winnow: " + words + " (").doesNotContain("java.", "Exception");
    assertThat(line.lines()).hasSize(1);
  }

  @Test
  void whatInputQuotesCannotControlTheTerminal() {
    // when
    int code = shown(new InvalidInputException("bad id \u001b]0;x\u0007\n", "name another"));

    // then
    assertThat(code).isEqualTo(Errors.BAD_INPUT);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("bad id \\u001b]0;x\\u0007\\n: name another")
        .doesNotContain("\u001b", "\u0007");
  }
}
