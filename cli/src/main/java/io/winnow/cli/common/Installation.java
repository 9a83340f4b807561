package io.winnow.cli.common;

import io.winnow.contracts.InvalidInputException;
import io.winnow.local.system.UserFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Where this program is installed and what its environment says.
 *
 * @param root the folder that contains the script {@code winnow} and the services
 * @param defaultHome the home if {@code --home} is not given; null if the user has no home folder
 * @param environment variables of this process
 */
public record Installation(Path root, Path defaultHome, Map<String, String> environment) {
  private static final String SAMPLE = "tools/local/sample/fashion-mnist";

  /** Reads the variables that the user and the script {@code winnow} set. */
  public static Installation ofProcess() {
    return of(System.getenv(), System.getProperty("user.home"));
  }

  /**
   * Reads the variables that the user and the script {@code winnow} set. The home is {@code
   * WINNOW_HOME}, or the folder {@code .winnow} in {@code HOME}, or in the user's folder.
   *
   * @param userHome the folder of the user's account according to Java
   */
  static Installation of(Map<String, String> environment, String userHome) {
    String home = environment.getOrDefault("WINNOW_HOME", "");
    return new Installation(
        Path.of(environment.getOrDefault("WINNOW_ROOT", "")).toAbsolutePath(),
        home.isBlank()
            ? UserFolder.of(environment, userHome)
                .map(folder -> folder.resolve(".winnow"))
                .orElse(null)
            : Path.of(home),
        environment);
  }

  /**
   * The home if {@code --home} is not given.
   *
   * @throws InvalidInputException the user has no home folder
   */
  Path requireDefaultHome() {
    if (defaultHome == null) {
      throw new InvalidInputException(
          "this user has no home folder",
          "set HOME or WINNOW_HOME, or give a folder for Winnow's state with --home");
    }
    return defaultHome;
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
