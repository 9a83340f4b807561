package io.winnow.stage.internal;

import io.smallrye.common.annotation.Identifier;
import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordMetadata;
import io.winnow.contracts.event.DeadLetterHeaders;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes dead letters of records that are too large for their dead-letter topic: headers, cause and
 * place are kept, of the value only its beginning. They are rare, so each has a producer of its
 * own.
 */
@ApplicationScoped
public class OversizedDeadLetters {
  /** A record whose value has more bytes may not fit its dead-letter topic with the cause. */
  static final int MOST = 900_000;

  private static final int KEPT = 64 << 10;
  private static final int LONGEST_HEADER = 4 << 10;
  private static final int MOST_HEADERS = 32;
  private static final int LONGEST_KEY = 1 << 10;
  private static final int SECONDS = 60;

  private final Map<String, Object> kafka;

  public OversizedDeadLetters(@Identifier("default-kafka-broker") Map<String, Object> kafka) {
    this.kafka = kafka;
  }

  /**
   * Writes a dead letter and returns when Kafka has acknowledged it.
   *
   * @throws KafkaUnavailableException Kafka cannot be reached, or does not acknowledge it within a
   *     minute
   * @throws IllegalStateException Kafka refuses it
   */
  void write(IncomingKafkaRecordMetadata<?, ?> source, byte[] value, Throwable cause)
      throws InterruptedException {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.keySet().retainAll(ProducerConfig.configNames());
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.send(letter(source, value, cause)).get(SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw Faults.kafka("Kafka rejects a cut dead letter", e.getCause());
    } catch (TimeoutException | KafkaException e) {
      throw Faults.kafka("Kafka does not take a cut dead letter", e);
    }
  }

  static ProducerRecord<byte[], byte[]> letter(
      IncomingKafkaRecordMetadata<?, ?> source, byte[] value, Throwable cause) {
    RecordHeaders headers = new RecordHeaders();
    int copied = 0;
    for (Header header : source.getHeaders()) {
      boolean fits = header.value() == null || header.value().length <= LONGEST_HEADER;
      if (fits && header.key().length() <= LONGEST_HEADER && copied++ < MOST_HEADERS) {
        headers.add(header);
      }
    }
    add(headers, "dead-letter-exception-class-name", cause.getClass().getName());
    add(headers, "dead-letter-reason", String.valueOf(cause.getMessage()));
    add(headers, "dead-letter-topic", source.getTopic());
    add(headers, "dead-letter-partition", Integer.toString(source.getPartition()));
    add(headers, "dead-letter-offset", Long.toString(source.getOffset()));
    byte[] whole = value == null ? new byte[0] : value;
    add(headers, DeadLetterHeaders.ORIGINAL_BYTES, Integer.toString(whole.length));
    return new ProducerRecord<>(
        source.getTopic() + ".dlq",
        null,
        key(source.getKey()),
        Arrays.copyOf(whole, Math.min(KEPT, whole.length)),
        headers);
  }

  private static void add(RecordHeaders headers, String name, String value) {
    String cut = value.length() <= LONGEST_HEADER ? value : value.substring(0, LONGEST_HEADER);
    headers.add(name, cut.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] key(Object key) {
    byte[] bytes =
        key instanceof byte[] raw
            ? raw
            : key == null ? new byte[0] : key.toString().getBytes(StandardCharsets.UTF_8);
    return bytes.length == 0 || bytes.length > LONGEST_KEY ? null : bytes;
  }
}
