package io.winnow.stage.config;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.winnow.store.local.Time;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.apache.kafka.common.utils.Utils;
import org.jboss.logging.Logger;

/**
 * Waits at start until a bootstrap server's name resolves: Kafka's clients fail at once if none
 * does, and in a cluster the name may appear after this process.
 */
final class KafkaNames {
  static final String SETTING = "kafka.bootstrap.servers";
  private static final Logger LOG = Logger.getLogger(KafkaNames.class);
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private final Time time;
  private final Predicate<String> resolves;

  /**
   * @param resolves whether a host name has an address
   */
  KafkaNames(Time time, Predicate<String> resolves) {
    this.time = time;
    this.resolves = resolves;
  }

  static boolean resolves(String host) {
    try {
      return InetAddress.getAllByName(host).length > 0;
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /**
   * Returns when any of the servers resolves.
   *
   * @param servers comma-separated {@code host:port}
   * @throws ConfigurationException one has no host and port, or none resolves within two minutes;
   *     Quarkus prints its message without a stack trace
   */
  void await(String servers) {
    List<String> hosts = Arrays.stream(servers.split(",")).map(s -> host(s, servers)).toList();
    long start = time.nanos();
    for (boolean said = false; hosts.stream().noneMatch(resolves); said = true) {
      if (time.nanos() - start >= LIMIT.toNanos()) {
        throw refused(servers, "no name in it resolves, for %d s".formatted(LIMIT.toSeconds()));
      }
      if (!said) {
        LOG.warnf(
            "No name in %s=\"%s\" resolves; trying again for %d s",
            SETTING, servers, LIMIT.toSeconds());
      }
      pause();
    }
  }

  private static String host(String server, String servers) {
    String host = Utils.getHost(server.strip());
    if (host == null || Utils.getPort(server.strip()) == null) {
      throw refused(servers, "it is not a list of host:port");
    }
    return host;
  }

  private static ConfigurationException refused(String servers, String why) {
    return new ConfigurationException(
        SETTING + "=\"" + servers + "\": " + why + "; set it to a broker's host:port");
  }

  private void pause() {
    try {
      time.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConfigurationException("interrupted while waiting for " + SETTING);
    }
  }
}
