package io.winnow.console.run;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import io.winnow.contracts.Shown;
import io.winnow.contracts.event.EventCodec;
import io.winnow.contracts.event.EventType;
import io.winnow.store.object.StoreUnavailableException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jboss.logging.Logger;

/**
 * Reads all run events from the beginning of their topics into the {@link RunIndex}, for as long as
 * the process runs. It has no consumer group, so every console replica sees every event.
 */
@ApplicationScoped
class EventFeed {
  private static final Logger LOG = Logger.getLogger(EventFeed.class);
  private static final List<EventType> TOPICS =
      List.of(
          EventType.RUN_REQUESTED,
          EventType.RUN_PROGRESS,
          EventType.RUN_FAILED,
          EventType.RUN_CANCEL,
          EventType.MODEL_EVALUATED);
  private static final Duration POLL = Duration.ofMillis(250);
  private static final long PAUSE_MILLIS = 2_000;
  private static final long EXIT_MILLIS = 5_000;

  private final Map<String, Object> kafka;
  private final RunIndex index;
  private final Counter skipped;
  private final Map<TopicPartition, Long> next = new HashMap<>();
  private final Thread thread = new Thread(this::run, "winnow-event-feed");
  private final CountDownLatch stop = new CountDownLatch(1);
  private volatile Consumer<byte[], byte[]> consumer;

  EventFeed(
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      RunIndex index,
      MeterRegistry meters) {
    this.kafka = kafka;
    this.index = index;
    this.skipped =
        Counter.builder("winnow.events.skipped")
            .description("Records that the console could not read")
            .register(meters);
  }

  void onStart(@Observes StartupEvent event) {
    thread.setDaemon(true);
    thread.start();
  }

  void onStop(@Observes ShutdownEvent event) throws InterruptedException {
    stop.countDown();
    Consumer<byte[], byte[]> open = consumer;
    if (open != null) {
      open.wakeup();
    }
    thread.join(EXIT_MILLIS);
  }

  private void run() {
    while (stop.getCount() > 0) {
      try (Consumer<byte[], byte[]> open =
          new KafkaConsumer<>(
              settings(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
        consumer = open;
        follow(open);
      } catch (WakeupException e) {
        LOG.debug("Stopping");
      } catch (KafkaException e) {
        LOG.warnf("Cannot read events now: %s", e.getMessage());
        pause();
      } catch (RuntimeException e) {
        LOG.error("Events cannot be read", e);
        pause();
      }
    }
  }

  /**
   * Reads until the process stops.
   *
   * @throws WakeupException the consumer was woken up
   */
  void follow(Consumer<byte[], byte[]> open) {
    List<TopicPartition> partitions = new ArrayList<>();
    for (EventType type : TOPICS) {
      open.partitionsFor(type.topic())
          .forEach(p -> partitions.add(new TopicPartition(p.topic(), p.partition())));
    }
    open.assign(partitions);
    open.seekToBeginning(partitions);
    // after a fault, continue at the last position
    next.forEach(open::seek);
    Map<TopicPartition, Long> ends = open.endOffsets(partitions);
    while (stop.getCount() > 0) {
      for (ConsumerRecord<byte[], byte[]> record : open.poll(POLL)) {
        apply(record);
        next.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
      }
      try {
        if (index.loaded()) {
          index.settle();
        } else if (ends.entrySet().stream()
            .allMatch(end -> open.position(end.getKey()) >= end.getValue())) {
          index.load();
        }
      } catch (StoreUnavailableException e) {
        LOG.warnf("The store is unavailable: %s", e.getMessage());
        pause();
      }
    }
  }

  // Whatever is wrong with a record, the next one is read: services put it on the dead-letter
  // topic.
  private void apply(ConsumerRecord<byte[], byte[]> record) {
    try {
      index.apply(EventCodec.decode(record.topic(), name -> header(record, name), record.value()));
    } catch (RuntimeException e) {
      skipped.increment();
      LOG.warnf(
          "Skipped %s/%d/%d: %s",
          record.topic(), record.partition(), record.offset(), Shown.of(e.getMessage()));
    }
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null || header.value() == null
        ? null
        : new String(header.value(), StandardCharsets.UTF_8);
  }

  private Map<String, Object> settings() {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.keySet().retainAll(ConsumerConfig.configNames());
    settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    return settings;
  }

  private void pause() {
    try {
      stop.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
