package io.winnow.local.system;

import io.winnow.contracts.event.EventType;
import io.winnow.embedded.EmbeddedKafka;
import io.winnow.embedded.EmbeddedS3;
import io.winnow.store.object.StoreConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** The broker and the object store of a home, in this process. */
public final class Servers implements AutoCloseable {
  private static final String ACCESS_KEY = "winnow";
  static final String BUCKET = "winnow";
  private static final String REGION = "us-east-1";

  private final Home home;
  private volatile EmbeddedKafka kafka;
  private volatile EmbeddedS3 s3;

  private Servers(Home home, EmbeddedKafka kafka, EmbeddedS3 s3) {
    this.home = home;
    this.kafka = kafka;
    this.s3 = s3;
  }

  /**
   * Starts both, with every topic and the bucket there.
   *
   * @param copies the most processes of one service: topics that replicas share get partitions for
   *     all of them
   */
  public static Servers start(Home home, int copies) throws IOException {
    EmbeddedKafka kafka = EmbeddedKafka.start(home.kafka());
    try {
      kafka.createTopics(topics(copies));
      return new Servers(home, kafka, startStore(home));
    } catch (IOException | RuntimeException e) {
      kafka.close();
      throw e;
    }
  }

  /** The object store alone. */
  static EmbeddedS3 startStore(Home home) throws IOException {
    return startStore(home, 0);
  }

  private static EmbeddedS3 startStore(Home home, int port) throws IOException {
    return EmbeddedS3.start(
        home.s3(), port, new EmbeddedS3.Credentials(ACCESS_KEY, home.secret()), BUCKET);
  }

  static StoreConfig config(EmbeddedS3 s3) {
    return new StoreConfig(
        s3.endpoint().toString(),
        s3.credentials().accessKey(),
        s3.credentials().secretKey(),
        s3.bucket(),
        REGION);
  }

  private static Map<String, Integer> topics(int copies) {
    // runs are spread by the hash of their names: with few partitions some copies would go idle
    int shared = copies == 1 ? 1 : 4 * copies;
    Map<String, Integer> topics = new TreeMap<>();
    for (EventType type : EventType.values()) {
      int usual = type.partitions();
      topics.put(type.topic(), usual == 1 ? 1 : Math.max(usual, shared));
      topics.put(type.deadLetterTopic(), 1);
    }
    return topics;
  }

  /** Takes the broker away for a while; it comes back where it was. */
  void restartKafka(Duration away) throws InterruptedException {
    int port = kafka.port();
    kafka.close();
    Thread.sleep(away.toMillis());
    kafka = EmbeddedKafka.start(home.kafka(), port);
  }

  /** Takes the store away for a while; it comes back where it was. */
  void restartStore(Duration away) throws IOException, InterruptedException {
    int port = s3.port();
    s3.close();
    Thread.sleep(away.toMillis());
    s3 = startStore(home, port);
  }

  public String bootstrapServers() {
    return kafka.bootstrapServers();
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
