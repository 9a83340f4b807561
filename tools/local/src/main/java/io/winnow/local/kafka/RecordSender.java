package io.winnow.local.kafka;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Sends records and waits until the broker has confirmed them. Thread-safe. */
public final class RecordSender implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 30_000;

  private final KafkaProducer<byte[], byte[]> producer;

  /**
   * @param kafka settings of Kafka clients, including {@code bootstrap.servers}
   */
  public RecordSender(Map<String, Object> kafka) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, TIMEOUT_MILLIS);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS / 3);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
    producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /**
   * Sends records in order and waits for all of them.
   *
   * @throws IllegalStateException the broker has not confirmed a record within 30 s
   */
  public void send(List<ProducerRecord<byte[], byte[]>> records) {
    List<Future<?>> sent = new ArrayList<>();
    records.forEach(record -> sent.add(producer.send(record)));
    try {
      for (Future<?> one : sent) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "cannot send a record to Kafka topics " + topics(records) + ": " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while sending to " + topics(records), e);
    }
  }

  private static List<String> topics(List<ProducerRecord<byte[], byte[]>> records) {
    return records.stream().map(ProducerRecord::topic).distinct().toList();
  }

  @Override
  public void close() {
    producer.close();
  }
}
