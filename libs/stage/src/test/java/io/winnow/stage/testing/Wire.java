package io.winnow.stage.testing;

import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.EventCodec;
import io.winnow.contracts.event.EventType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * A test's own line to Kafka, past the service: says events as anyone would, and reads whole
 * topics. For one thread.
 */
public final class Wire implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final KafkaProducer<String, byte[]> producer;
  private final KafkaConsumer<String, byte[]> consumer;

  public Wire(String bootstrapServers) {
    producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ProducerConfig.ACKS_CONFIG,
                "all"),
            new StringSerializer(),
            new ByteArraySerializer());
    consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                "false"),
            new StringDeserializer(),
            new ByteArrayDeserializer());
  }

  /** To the Kafka that the running {@code @QuarkusTest} uses. */
  public static Wire open() {
    return new Wire(ConfigProvider.getConfig().getValue("kafka.bootstrap.servers", String.class));
  }

  /** Says an event, as a CloudEvent in binary mode on its topic. */
  public void send(Event event) {
    String topic = EventType.of(event).topic();
    send(
        topic,
        event.runId(),
        EventCodec.encode(event),
        Map.of(
            "ce_specversion",
            "1.0",
            "ce_id",
            UUID.randomUUID().toString(),
            "ce_type",
            topic,
            "ce_source",
            "/test",
            "ce_time",
            Instant.now().toString(),
            "content-type",
            "application/json"));
  }

  /** Writes any record. */
  public void send(String topic, String key, byte[] value, Map<String, String> headers) {
    ProducerRecord<String, byte[]> record = new ProducerRecord<>(topic, key, value);
    headers.forEach((k, v) -> record.headers().add(k, v.getBytes(StandardCharsets.UTF_8)));
    try {
      producer.send(record).get();
    } catch (Exception e) {
      throw new IllegalStateException("Cannot write to " + topic, e);
    }
  }

  /** Every record of a topic, a partition after another. */
  public List<ConsumerRecord<String, byte[]>> records(String topic) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(p -> new TopicPartition(topic, p.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
    while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
      consumer.poll(Duration.ofMillis(100)).forEach(records::add);
    }
    return records;
  }

  /** A run's events of one type, in order. */
  public <E extends Event> List<E> events(Class<E> type, String runId) {
    return records(topic(type)).stream()
        .filter(record -> record.key() != null && record.key().split("/")[0].equals(runId))
        .map(record -> type.cast(EventCodec.decode(header(record, "ce_type"), record.value())))
        .toList();
  }

  /** Waits for a run's first event of a type; fails clearly after half a minute. */
  public <E extends Event> E await(Class<E> type, String runId) {
    return await(type, runId, event -> true);
  }

  /** Waits for a run's first event of a type that fits. */
  public <E extends Event> E await(Class<E> type, String runId, Predicate<E> fits) {
    return await(type, runId, fits, PATIENCE);
  }

  /** Waits for a run's first event of a type that fits, for so long. */
  public <E extends Event> E await(
      Class<E> type, String runId, Predicate<E> fits, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      List<E> events = events(type, runId);
      for (E event : events) {
        if (fits.test(event)) {
          return event;
        }
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError(
            "No such "
                + type.getSimpleName()
                + " of run "
                + runId
                + " within "
                + patience
                + "; there were "
                + events);
      }
      pause();
    }
  }

  /** Waits for a record on the dead-letter topic of an event type, with that key. */
  public ConsumerRecord<String, byte[]> awaitDeadLetter(Class<? extends Event> type, String key) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      for (ConsumerRecord<String, byte[]> record : records(topic(type) + ".dlq")) {
        if (key.equals(record.key())) {
          return record;
        }
      }
      pause();
    }
    throw new AssertionError("No dead letter with key " + key + " on " + topic(type) + ".dlq");
  }

  /** A header as text, null when it is not there. */
  public static String header(ConsumerRecord<?, ?> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
  }

  private static String topic(Class<? extends Event> type) {
    for (EventType t : EventType.values()) {
      if (t.record() == type) {
        return t.topic();
      }
    }
    throw new IllegalArgumentException(type + " is no event");
  }

  private static void pause() {
    try {
      Thread.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
    consumer.close();
  }
}
