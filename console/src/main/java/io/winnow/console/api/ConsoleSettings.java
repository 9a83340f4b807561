package io.winnow.console.api;

import io.smallrye.config.ConfigMapping;
import java.util.List;
import java.util.Optional;

/** Settings of the console. */
@ConfigMapping(prefix = "winnow.console")
public interface ConsoleSettings {

  /** Data sets that the form offers: paths that the encoder can read, or {@code store:<prefix>}. */
  Optional<List<String>> sources();
}
