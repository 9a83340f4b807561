package io.winnow.stage.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How calls are repeated while Kafka or the store is unavailable. */
@ConfigMapping(prefix = "winnow.retry")
public interface RetrySettings {

  /** Delay after the first transient fault; it doubles up to {@link #maxDelay()}. */
  @WithDefault("200ms")
  Duration initialDelay();

  /** The longest delay between two attempts. */
  @WithDefault("5s")
  Duration maxDelay();

  /**
   * How long the store may answer requests for one object with an internal error, while it answers
   * others, before the fault counts as permanent.
   */
  @WithDefault("5m")
  Duration keyLimit();
}
