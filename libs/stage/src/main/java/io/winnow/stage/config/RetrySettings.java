package io.winnow.stage.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Retries while Kafka or the store does not answer. */
@ConfigMapping(prefix = "winnow.retry")
public interface RetrySettings {

  /** Delay before the first retry; it doubles up to {@link #maxDelay()}. */
  @WithDefault("200ms")
  Duration initialDelay();

  /** Longest delay between two retries. */
  @WithDefault("5s")
  Duration maxDelay();
}
