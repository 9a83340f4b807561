package io.winnow.embedded;

import io.minio.GetObjectArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.errors.MinioException;
import io.winnow.embedded.EmbeddedS3.Credentials;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** What the tests do to both servers, as ordinary clients. */
final class TestClients {
  static final Credentials KEYS = new Credentials("winnow-access", "winnow-secret-0123456789");
  static final String BUCKET = "winnow";

  private TestClients() {}

  static Map<String, Object> kafka(String bootstrapServers) {
    return Map.of("bootstrap.servers", bootstrapServers);
  }

  static void send(EmbeddedKafka kafka, String topic, String key, String value) throws Exception {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            kafka(kafka.bootstrapServers()), new StringSerializer(), new StringSerializer())) {
      producer.send(new ProducerRecord<>(topic, key, value)).get(30, TimeUnit.SECONDS);
    }
  }

  /** Reads on as that group until {@code count} records came or 30 s are over, and commits. */
  static List<String> read(EmbeddedKafka kafka, String topic, String group, int count) {
    Map<String, Object> settings = new HashMap<>(kafka(kafka.bootstrapServers()));
    settings.put("group.id", group);
    settings.put("auto.offset.reset", "earliest");
    settings.put("enable.auto.commit", false);
    List<String> values = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of(topic));
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
      while (values.size() < count && System.nanoTime() < deadline) {
        for (ConsumerRecord<String, String> r : consumer.poll(Duration.ofMillis(200))) {
          values.add(r.value());
        }
      }
      consumer.commitSync();
    }
    return values;
  }

  static MinioClient s3(EmbeddedS3 s3, Credentials keys) {
    return MinioClient.builder()
        .endpoint(s3.endpoint().toString())
        .credentials(keys.accessKey(), keys.secretKey())
        .region("us-east-1")
        .build();
  }

  static void put(MinioClient client, String key, String content) throws MinioException {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    client.putObject(
        PutObjectArgs.builder().bucket(BUCKET).object(key).data(bytes, bytes.length).build());
  }

  static String text(MinioClient client, String key) throws Exception {
    try (InputStream in =
        client.getObject(GetObjectArgs.builder().bucket(BUCKET).object(key).build())) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
