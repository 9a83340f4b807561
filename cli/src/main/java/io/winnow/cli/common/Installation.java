package io.winnow.cli.common;

import io.winnow.contracts.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Where this program is installed and what its environment says.
 *
 * @param root the folder that contains the script {@code winnow} and the services
 * @param defaultHome the home if {@code --home} is not given
 * @param environment variables of this process
 */
public record Installation(Path root, Path defaultHome, Map<String, String> environment) {
  private static final String SAMPLE = "tools/local/sample/fashion-mnist";

  /** Reads the variables that the script {@code winnow} sets. */
  public static Installation ofProcess() {
    Map<String, String> environment = System.getenv();
    String home = environment.getOrDefault("WINNOW_HOME", "");
    return new Installation(
        Path.of(environment.getOrDefault("WINNOW_ROOT", "")).toAbsolutePath(),
        home.isBlank() ? Path.of(System.getProperty("user.home"), ".winnow") : Path.of(home),
        environment);
  }

  /** The bundled data set, or an empty list if it is missing. */
  public List<Path> samples() {
    Path sample = root.resolve(SAMPLE);
    return Files.isDirectory(sample) ? List.of(sample) : List.of();
  }

  /**
   * The bundled data set.
   *
   * @throws InvalidInputException it is missing
   */
  public Path sample() {
    return samples().stream()
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "the bundled sample is not at " + root.resolve(SAMPLE),
                    "use the script \"winnow\", or name a data set with --dataset"));
  }
}
