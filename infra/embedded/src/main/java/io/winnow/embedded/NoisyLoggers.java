package io.winnow.embedded;

import java.util.Map;

/**
 * Log levels that keep the embedded servers quiet. They log each setting at INFO and warn at every
 * normal start. This module has no logging backend; the application that has one sets the levels.
 */
public final class NoisyLoggers {
  /** Level by logger name: the lowest that still reports problems, {@code WARN} or higher. */
  public static final Map<String, String> LEVELS =
      Map.of(
          "kafka", "WARN",
          "org.apache.kafka", "WARN",
          // warn at each start and stop
          "org.apache.kafka.controller", "ERROR",
          "org.apache.kafka.clients.NetworkClient", "ERROR",
          // logs each new partition of a topic as an error
          "state.change.logger", "FATAL",
          "org.gaul", "WARN",
          "software.amazon.awssdk", "WARN");

  private NoisyLoggers() {}
}
