package io.winnow.cli.common;

import io.winnow.contracts.InvalidInputException;
import java.nio.file.InvalidPathException;
import java.util.Arrays;

/**
 * The encoding of file names and arguments, which Java takes from the locale. Java replaces what
 * the encoding does not contain, so a name would silently become another one.
 */
public final class Encoding {
  private static final char REPLACEMENT = '\uFFFD';

  private Encoding() {}

  /** The encoding of this process. */
  public static String ofProcess() {
    return System.getProperty("sun.jnu.encoding", "UTF-8");
  }

  /**
   * Checks that Java could read the arguments of a command.
   *
   * @param encoding of the arguments
   * @throws InvalidInputException one was damaged
   */
  public static void check(String[] args, String encoding) {
    Arrays.stream(args)
        .filter(argument -> argument.indexOf(REPLACEMENT) >= 0)
        .findFirst()
        .ifPresent(
            argument -> {
              throw error("the argument \"" + argument + "\"", encoding);
            });
  }

  /** The error for a path that Java refuses. */
  public static InvalidInputException error(InvalidPathException e) {
    // the reason of Java's converter of characters; others are a null character and the like
    return e.getReason().startsWith("Malformed input")
        ? error("the path \"" + e.getInput() + "\"", ofProcess())
        : new InvalidInputException(
            "\"" + e.getInput() + "\" is not a path", "give another one: " + e.getReason());
  }

  private static InvalidInputException error(String what, String encoding) {
    return new InvalidInputException(
        what + " has characters that this locale's encoding, " + encoding + ", cannot hold",
        "set a UTF-8 locale, such as LC_ALL=C.UTF-8");
  }
}
