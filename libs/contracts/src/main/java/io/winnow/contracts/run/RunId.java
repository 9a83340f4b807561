package io.winnow.contracts.run;

import io.winnow.contracts.InvalidInputException;
import java.util.regex.Pattern;

/**
 * The form of a run's id, which is the key of its records and its name under {@code runs/}: 1 to 64
 * letters, digits, '-', '_' and '.', starting with a letter or digit.
 */
public final class RunId {
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}");

  private RunId() {}

  /**
   * Checks an id that came from outside.
   *
   * @return the id
   * @throws InvalidInputException it is missing or has another form
   */
  public static String require(String id) {
    if (id == null || !FORM.matcher(id).matches()) {
      throw new InvalidInputException(
          "run id \"" + id + "\" is not usable",
          "use 1 to 64 letters, digits, '-', '_' or '.', starting with a letter or digit");
    }
    return id;
  }
}
