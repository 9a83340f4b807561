package io.winnow.embedded;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** The settings of one broker that is its own controller, sized for one machine. */
final class KafkaSettings {
  static final int NODE_ID = 1;
  static final String CONTROLLER_LISTENER = "CONTROLLER";
  static final String BROKER_LISTENER = "PLAINTEXT";
  private static final int MIB = 1 << 20;

  private KafkaSettings() {}

  static Map<String, String> of(Path logDirectory, int brokerPort, int controllerPort) {
    Map<String, Object> s = new HashMap<>();
    String broker = BROKER_LISTENER + "://" + Ports.LOOPBACK + ":" + brokerPort;
    String controller = CONTROLLER_LISTENER + "://" + Ports.LOOPBACK + ":" + controllerPort;
    s.put("process.roles", "broker,controller");
    s.put("node.id", NODE_ID);
    s.put("listeners", broker + "," + controller);
    s.put("advertised.listeners", broker);
    s.put("controller.listener.names", CONTROLLER_LISTENER);
    s.put("inter.broker.listener.name", BROKER_LISTENER);
    s.put(
        "listener.security.protocol.map",
        BROKER_LISTENER + ":PLAINTEXT," + CONTROLLER_LISTENER + ":PLAINTEXT");
    s.put("controller.quorum.voters", NODE_ID + "@" + Ports.LOOPBACK + ":" + controllerPort);
    s.put("log.dirs", logDirectory.toString());
    // a topic that is created on demand would get one partition
    s.put("auto.create.topics.enable", false);
    s.put("delete.topic.enable", true);
    // defaults wait 9 s for a broker that was killed before its successor may register
    s.put("broker.session.timeout.ms", 2_000);
    s.put("broker.heartbeat.interval.ms", 500);
    s.putAll(singleReplica());
    s.putAll(groups());
    s.putAll(footprint());
    // as strings, as from a properties file: Kafka rejects an int where it expects a short
    return s.entrySet().stream()
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, e -> e.getValue().toString()));
  }

  private static Map<String, Object> singleReplica() {
    return Map.of(
        "default.replication.factor", 1,
        "min.insync.replicas", 1,
        "offsets.topic.replication.factor", 1,
        "offsets.topic.num.partitions", 4,
        "transaction.state.log.replication.factor", 1,
        "transaction.state.log.min.isr", 1,
        "transaction.state.log.num.partitions", 1,
        "share.coordinator.state.topic.replication.factor", 1,
        "share.coordinator.state.topic.min.isr", 1,
        "share.coordinator.state.topic.num.partitions", 1);
  }

  private static Map<String, Object> groups() {
    return Map.of(
        "group.initial.rebalance.delay.ms", 100,
        "group.min.session.timeout.ms", 1_000,
        // twice the retention of records: a group's offset must outlive its records
        "offsets.retention.minutes", 2 * 7 * 24 * 60,
        "group.coordinator.threads", 1,
        "share.coordinator.threads", 1);
  }

  private static Map<String, Object> footprint() {
    Map<String, Object> s = new HashMap<>();
    s.put("num.network.threads", 2);
    s.put("num.io.threads", 4);
    s.put("num.replica.fetchers", 1);
    s.put("background.threads", 2);
    s.put("num.recovery.threads.per.data.dir", 1);
    s.put("log.cleaner.threads", 1);
    // the default takes 128 MiB of heap at start
    s.put("log.cleaner.dedupe.buffer.size", 2 * MIB);
    s.put("log.cleaner.io.buffer.size", MIB / 4);
    s.put("log.segment.bytes", 16 * MIB);
    s.put("log.index.size.max.bytes", MIB);
    s.put("offsets.topic.segment.bytes", 4 * MIB);
    s.put("transaction.state.log.segment.bytes", 4 * MIB);
    s.put("share.coordinator.state.topic.segment.bytes", 4 * MIB);
    s.put("metadata.log.segment.bytes", 8 * MIB);
    s.put("metadata.max.retention.bytes", 32 * MIB);
    // JMX is not used, and two brokers in one process would register the same names
    s.put("metric.reporters", "");
    return s;
  }
}
