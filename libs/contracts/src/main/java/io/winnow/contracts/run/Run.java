package io.winnow.contracts.run;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.RunSpec;
import java.time.Instant;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * One run: its id, its spec, and the time of the request.
 *
 * @param id letters, digits, '-', '_' and '.', at most 64 characters; the key of every record and
 *     the name under {@code runs/}
 */
public record Run(String id, RunSpec spec, Instant requestedAt) {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}");

  public Run {
    if (id == null || !ID.matcher(id).matches()) {
      throw new InvalidInputException(
          "run id \"" + id + "\" is not usable",
          "use 1 to 64 letters, digits, '-', '_' or '.', starting with a letter or digit");
    }
    Objects.requireNonNull(spec, "spec");
    Objects.requireNonNull(requestedAt, "requestedAt");
  }
}
