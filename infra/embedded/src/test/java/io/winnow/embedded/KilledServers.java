package io.winnow.embedded;

import io.minio.MinioClient;
import java.nio.file.Path;
import java.util.Map;

/** Both servers with one record and one object, in a process of their own that is to be killed. */
final class KilledServers {
  static final String TOPIC = "runs";
  static final String KEY = "runs/1/request.json";
  static final String CONTENT = "written before the kill";
  static final String READY = "READY";

  private KilledServers() {}

  /** Arguments: the home directory, the Kafka port, the S3 port. */
  public static void main(String[] args) throws Exception {
    Path home = Path.of(args[0]);
    EmbeddedKafka kafka = EmbeddedKafka.start(home.resolve("kafka"), Integer.parseInt(args[1]));
    kafka.createTopics(Map.of(TOPIC, 2));
    TestClients.send(kafka, TOPIC, "a", CONTENT);
    EmbeddedS3 s3 =
        EmbeddedS3.start(
            home.resolve("s3"), Integer.parseInt(args[2]), TestClients.KEYS, TestClients.BUCKET);
    try (MinioClient client = TestClients.s3(s3, TestClients.KEYS)) {
      TestClients.put(client, KEY, CONTENT);
    }
    System.out.println(READY);
    // ends with the test's end of the pipe, so that it is never left behind
    while (System.in.read() >= 0) {}
    System.exit(1);
  }
}
