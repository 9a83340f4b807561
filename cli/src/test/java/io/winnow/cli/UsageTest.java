package io.winnow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.cli.common.DurationConverter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageTest {
  @TempDir Path folder;
  private Cli cli;

  @BeforeEach
  void cli() {
    cli = new Cli(folder.resolve("root"), folder.resolve("home"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo",
        "up",
        "submit",
        "status",
        "report",
        "experiment",
        "cancel",
        "import",
        "datasets",
        "latents",
        "select",
        "sample",
        "export",
        "import-model",
        "kernel",
        "gc",
        "verify",
        "chaos",
        "dlq list",
        "dlq show",
        "dlq replay",
        "dlq drop"
      })
  void everyCommandHasHelp(String command) {
    // when
    int code = cli.run((command + " --help").split(" "));

    // then
    assertThat(code).isZero();
    assertThat(cli.out()).contains("Usage: winnow " + command, "--home", "--json");
    assertThat(cli.err()).isEmpty();
  }

  @Test
  void everyCommandAndGroupExplainsItself() {
    assertThat(cli.commands()).contains("bench", "bench train", "dlq", "dlq list", "up");
    for (String command : cli.commands()) {
      for (String option : List.of("--help", "-h")) {
        assertThat(cli.run((command + " " + option).split(" "))).as(command).isZero();
        assertThat(cli.out()).as(command).contains("Usage: winnow " + command);
        assertThat(cli.err()).as(command).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "import | Share of each class held out for the evaluation, where the source has no test split"
            + " of its own (in (0, 0.5]; default: 0.1).",
        "select | Minimum number of images kept per class, or all images of a class that has fewer"
            + " (from 0 to 1000000000; default: 0)."
      })
  void helpDescribesAnOptionAsTheSpecDescribesItsField(String command, String text) {
    // when
    cli.run(command, "--help");

    // then
    assertThat(cli.out().replaceAll("\\s+", " ")).contains(text);
  }

  @Test
  void outputThatCannotBeWrittenIsAFault() {
    // given a full disk
    PrintStream full =
        new PrintStream(
            new OutputStream() {
              @Override
              public void write(int b) throws IOException {
                throw new IOException("No space left on device");
              }
            });

    // then
    for (String command : List.of("--help", "--version", "submit --help")) {
      assertThat(cli.run(full, command.split(" "))).as(command).isEqualTo(1);
      assertThat(cli.err()).contains("winnow: the output could not be written");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"selection\": {\"criterion\": \"gausian\"}}|did you mean \"gaussian\"?",
        "{\"selection\": {\"ratio\": [0.1, 0.2]}}|\"selection.ratio\" is a list",
        "{\"training\": {\"images\": 100.5}}|\"training.images\" is 100.5",
        "{\"training\": {\"learningRate\": NaN}}|is not valid JSON at line 1",
        "{\"seed\": \"abc\"}|\"seed\" is the text \"abc\"",
        "{\"foo\": 1}|remove it; there are dataset",
        "{\"model\": {\"preset\": \"ddpm-cifar\"}}|\"model.preset\" is \"ddpm-cifar\"",
        "{\"surrogate\": {\"mean\": [123.7, 116.3, 103.5]}}|give values from 0 to 1",
        "[]|is a list",
        "{\"name\": \"\\u001b[2J\"}|\\u001b[2J"
      })
  void aWrongSpecIsOneLineInPlainWords(String json, String words) throws Exception {
    // given
    Path spec = folder.resolve("spec.json");
    String source = "{\"dataset\": {\"source\": \".\"}, ";
    Files.writeString(spec, json.startsWith("{") ? source + json.substring(1) : json);

    // when
    int code = cli.run("submit", spec.toString());

    // then
    assertThat(code).isEqualTo(2);
    assertThat(cli.err()).contains(words).doesNotContain("java.", "io.winnow", "Json", "\u001b");
    assertThat(cli.err().lines()).hasSize(1);
  }

  @Test
  void aHomeThatIsAFileIsSaidInPlainWords() throws Exception {
    // given
    Path file = Files.writeString(folder.resolve("file"), "");

    // when
    int code = cli.run("datasets", "--home", file.toString());

    // then
    assertThat(code).isEqualTo(2);
    assertThat(cli.err()).startsWith("winnow: ").doesNotContain("java.", "Exception");
    assertThat(cli.err().lines()).hasSize(1);
  }

  @Test
  void printsItsVersionAndExitCodes() {
    assertThat(cli.run("--version")).isZero();
    assertThat(cli.out()).startsWith("winnow ");
    assertThat(cli.run("--help")).isZero();
    assertThat(cli.out()).contains("Exit codes", "winnow demo");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|Missing required subcommand",
        "frob|Unmatched argument at index 0: 'frob'",
        "demo --budget 10x|is not a duration",
        "demo --budget 30s|too short",
        "demo --ratio 1.5 --dataset .|\"selection.ratio\" is 1.5",
        "demo --dataset nowhere|there is no data set at nowhere",
        "demo --dataset . --surrogate nowhere.pt|there is no surrogate file nowhere.pt",
        "demo|the bundled sample is not at",
        "submit|Missing required parameter: 'SPEC.json'",
        "submit nowhere.json|there is no spec file nowhere.json",
        "report|Missing required parameter: 'RUN'",
        "status|there is no run in",
        "sample some-run|there is no run in",
        "export some-run --format safetensors -o x|there is no run in",
        "report some-run|there is no run in",
        "datasets|there is no run in",
        "select|Missing required parameter: 'DATASET'",
        "select some-data --per-class ant|should be in KEY=VALUE",
        "import|Missing required parameter: 'PATH'",
        "import ,|PATH is blank",
        "status --home ,|the path is empty",
        "submit ,|the path is empty",
        "demo --dataset ,|the path is empty",
        "import nowhere --size 8|\"dataset.size\" is given without \"dataset.resize\"",
        "cancel some-run|no Winnow system is running on",
        "gc|there is no run in",
        "dlq list|no Winnow system is running on",
        "dlq replay|Missing required argument",
        "up --seed 3|Unknown option",
        "bench select --ratio 1.5|\"selection.ratio\" is 1.5",
        "bench select --memory-mib 0|\"selection.memoryMiB\" is 0",
        "bench select --rows 0|cannot select from 0 rows",
      })
  void invalidUsageIsOneLineThatNamesTheProblemAndExitCode2(String args, String problem) {
    // when; a comma stands for an empty argument
    String[] words = args.isEmpty() ? new String[0] : args.split(" ");
    int code =
        cli.run(Arrays.stream(words).map(w -> w.equals(",") ? "" : w).toArray(String[]::new));

    // then
    assertThat(code).isEqualTo(2);
    assertThat(cli.err()).startsWith("winnow: ").contains(problem).doesNotContain("\tat ");
    assertThat(cli.err().lines()).hasSize(1);
    assertThat(cli.out()).isEmpty();
  }

  @Test
  void anUnknownFieldOfASpecIsNamedWithTheNearestKnownOne() throws Exception {
    // given
    Path spec = folder.resolve("spec.json");
    Files.writeString(spec, "{\"dataset\":{\"source\":\".\"},\"selection\":{\"ratoi\":0.5}}");

    // when
    int code = cli.run("submit", spec.toString());

    // then
    assertThat(code).isEqualTo(2);
    assertThat(cli.err())
        .startsWith("winnow: spec " + spec)
        .contains("\"selection.ratoi\"", "did you mean \"ratio\"?");
    assertThat(cli.err().lines()).hasSize(1);
  }

  @Test
  void debugPrintsTheStackTrace() {
    cli.run("submit", "--debug", "nowhere.json");
    assertThat(cli.err()).contains("\tat io.winnow.local", "winnow: there is no spec file");
  }

  @ParameterizedTest
  @CsvSource({"90s, 90", "8m, 480", "2m30s, 150", "1h, 3600", " 3M , 180"})
  void durationsHaveUnits(String text, long seconds) throws Exception {
    assertThat(new DurationConverter().convert(text).toSeconds()).isEqualTo(seconds);
  }
}
