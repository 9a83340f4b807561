package io.winnow.local.run;

import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.EventCodec;
import io.winnow.contracts.event.EventType;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Publishes events as CloudEvents 1.0 in binary mode, and waits until the broker has them. */
public final class EventSender implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 30_000;
  private static final String SOURCE = "/winnow/local";

  private final KafkaProducer<String, byte[]> producer;

  /**
   * @param kafka settings of its clients, {@code bootstrap.servers} among them
   */
  public EventSender(Map<String, Object> kafka) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, TIMEOUT_MILLIS);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS / 3);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
    producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
  }

  /**
   * @throws IllegalStateException when the broker does not take it within half a minute
   */
  public void send(Event event) {
    EventType type = EventType.of(event);
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(type.topic(), event.runId(), EventCodec.encode(event));
    header(record.headers(), "ce_specversion", "1.0");
    header(record.headers(), "ce_id", UUID.randomUUID().toString());
    header(record.headers(), "ce_source", SOURCE);
    header(record.headers(), "ce_type", type.topic());
    header(record.headers(), "ce_time", Instant.now().toString());
    header(record.headers(), "content-type", "application/json");
    try {
      producer.send(record).get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException(
          "Kafka did not take " + type.topic() + " of run " + event.runId() + ": " + e.getMessage(),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while sending " + type.topic(), e);
    }
  }

  private static void header(Headers headers, String name, String value) {
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    producer.close();
  }
}
