package io.winnow.cli;

import io.winnow.contracts.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What lies around this program.
 *
 * @param root the folder that holds the script {@code winnow} and the services
 * @param defaultHome used where no {@code --home} is given
 * @param environment variables of this process
 */
record Installation(Path root, Path defaultHome, Map<String, String> environment) {
  private static final String SAMPLE = "tools/local/sample/fashion-mnist";

  /** Told by the script {@code winnow}. */
  static Installation ofProcess() {
    Map<String, String> environment = System.getenv();
    String home = environment.getOrDefault("WINNOW_HOME", "");
    return new Installation(
        Path.of(environment.getOrDefault("WINNOW_ROOT", "")).toAbsolutePath(),
        home.isBlank() ? Path.of(System.getProperty("user.home"), ".winnow") : Path.of(home),
        environment);
  }

  /** The bundled data set, where it is there. */
  List<Path> samples() {
    Path sample = root.resolve(SAMPLE);
    return Files.isDirectory(sample) ? List.of(sample) : List.of();
  }

  /** The bundled data set. */
  Path sample() {
    Path sample = root.resolve(SAMPLE);
    if (samples().isEmpty()) {
      throw new InvalidInputException(
          "the bundled sample is not at " + sample,
          "start through the script \"winnow\", or name a data set with --dataset");
    }
    return sample;
  }
}
