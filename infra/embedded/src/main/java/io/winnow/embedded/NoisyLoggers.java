package io.winnow.embedded;

import java.util.Map;

/**
 * What keeps the embedded servers quiet. They tell each setting at INFO and warn of every ordinary
 * start, and this module has no logging backend to turn them down: whoever brings one does.
 */
public final class NoisyLoggers {
  /** Logger name prefix to the least level that still tells trouble: {@code WARN} or higher. */
  public static final Map<String, String> LEVELS =
      Map.of(
          "kafka", "WARN",
          "org.apache.kafka", "WARN",
          // warn of each start and each stop
          "org.apache.kafka.controller", "ERROR",
          "org.apache.kafka.clients.NetworkClient", "ERROR",
          // calls each partition added to a topic an error
          "state.change.logger", "FATAL",
          "org.gaul", "WARN",
          "software.amazon.awssdk", "WARN");

  private NoisyLoggers() {}
}
