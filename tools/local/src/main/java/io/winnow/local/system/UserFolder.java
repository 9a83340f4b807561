package io.winnow.local.system;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The home folder of the user, {@code ~} in a shell. */
public final class UserFolder {
  // what Java says of a user without a name, as in some containers
  private static final String UNKNOWN = "?";

  private UserFolder() {}

  /** The folder of the user of this process; empty if the user has none. */
  public static Optional<Path> ofProcess() {
    return of(System.getenv(), System.getProperty("user.home"));
  }

  /**
   * The folder that the variable {@code HOME} names, as in a shell, or else that of the user's
   * account.
   *
   * @param account what Java says of the account's folder
   * @return empty if there is neither
   */
  public static Optional<Path> of(Map<String, String> environment, String account) {
    return given(environment.get("HOME"))
        .or(() -> given(account).filter(folder -> !folder.equals(UNKNOWN)))
        .map(Path::of);
  }

  private static Optional<String> given(String value) {
    return Optional.ofNullable(value).filter(text -> !text.isBlank());
  }
}
