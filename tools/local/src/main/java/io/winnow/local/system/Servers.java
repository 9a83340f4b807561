package io.winnow.local.system;

import io.winnow.contracts.event.EventType;
import io.winnow.embedded.EmbeddedKafka;
import io.winnow.embedded.EmbeddedS3;
import io.winnow.embedded.KafkaLogin;
import io.winnow.store.object.StoreConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Kafka and S3 of a home, in this process. */
public final class Servers implements AutoCloseable {
  private static final String ACCESS_KEY = "winnow";
  static final String BUCKET = "winnow";
  private static final String REGION = "us-east-1";

  private static final String KAFKA_USER = "winnow";

  private final Home home;
  private final Consumer<String> fatal;
  private volatile EmbeddedKafka kafka;
  private volatile EmbeddedS3 s3;

  private Servers(Home home, Consumer<String> fatal, EmbeddedKafka kafka, EmbeddedS3 s3) {
    this.home = home;
    this.fatal = fatal;
    this.kafka = kafka;
    this.s3 = s3;
  }

  /**
   * Starts both, and creates the topics and the bucket.
   *
   * @param replicas greatest number of replicas of one service; shared topics get enough partitions
   *     for all of them
   * @param fatal receives the reason if Kafka can no longer work, for example because the disk is
   *     full; called on any thread
   */
  public static Servers start(Home home, int replicas, Consumer<String> fatal) throws IOException {
    EmbeddedKafka kafka = startKafka(home, 0, fatal);
    try {
      kafka.createTopics(topics(replicas));
      return new Servers(home, fatal, kafka, startStore(home));
    } catch (IOException | RuntimeException e) {
      kafka.close();
      throw e;
    }
  }

  private static EmbeddedKafka startKafka(Home home, int port, Consumer<String> fatal)
      throws IOException {
    return EmbeddedKafka.start(
        home.kafka(), port, new KafkaLogin(KAFKA_USER, home.kafkaSecret()), fatal);
  }

  /** Starts only the object store. */
  static EmbeddedS3 startStore(Home home) throws IOException {
    return startStore(home, 0);
  }

  private static EmbeddedS3 startStore(Home home, int port) throws IOException {
    return EmbeddedS3.start(
        home.s3(), port, new EmbeddedS3.Credentials(ACCESS_KEY, home.storeSecret()), BUCKET);
  }

  static StoreConfig config(EmbeddedS3 s3) {
    return new StoreConfig(
        s3.endpoint().toString(),
        s3.credentials().accessKey(),
        s3.credentials().secretKey(),
        s3.bucket(),
        REGION);
  }

  private static Map<String, Integer> topics(int replicas) {
    // runs are distributed by the hash of their ids: with few partitions some replicas would be
    // idle
    int shared = replicas == 1 ? 1 : 4 * replicas;
    Map<String, Integer> topics = new TreeMap<>();
    for (EventType type : EventType.values()) {
      int partitions = type.partitions();
      topics.put(type.topic(), partitions == 1 ? 1 : Math.max(partitions, shared));
      topics.put(type.deadLetterTopic(), 1);
    }
    return topics;
  }

  /** Stops Kafka for the given time and starts it again on the same port. */
  void restartKafka(Duration outage) throws IOException, InterruptedException {
    int port = kafka.port();
    kafka.close();
    Thread.sleep(outage.toMillis());
    kafka = startKafka(home, port, fatal);
  }

  /** Stops S3 for the given time and starts it again on the same port. */
  void restartStore(Duration outage) throws IOException, InterruptedException {
    int port = s3.port();
    s3.close();
    Thread.sleep(outage.toMillis());
    s3 = startStore(home, port);
  }

  public String bootstrapServers() {
    return kafka.bootstrapServers();
  }

  /** Settings with which Kafka clients log in. */
  public Map<String, String> kafkaSecurity() {
    return kafka.security();
  }

  public StoreConfig store() {
    return config(s3);
  }

  @Override
  public void close() {
    try (EmbeddedKafka broker = kafka) {
      s3.close();
    }
  }
}
