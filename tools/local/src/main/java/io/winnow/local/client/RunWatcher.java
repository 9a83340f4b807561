package io.winnow.local.client;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.event.EventCodec;
import io.winnow.contracts.event.EventType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Follows runs by their events from the moment it is opened: open it before submitting, so that
 * nothing is missed. It belongs to no consumer group and disturbs nobody.
 */
public final class RunWatcher implements AutoCloseable {
  private static final List<EventType> TOPICS =
      List.of(
          EventType.RUN_PROGRESS,
          EventType.RUN_FAILED,
          EventType.RUN_CANCEL,
          EventType.MODEL_EVALUATED);
  private static final Duration POLL = Duration.ofMillis(250);

  private final KafkaConsumer<String, byte[]> consumer;

  /**
   * @param kafka settings of its clients, {@code bootstrap.servers} among them
   */
  public RunWatcher(Map<String, Object> kafka) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
    consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
    List<TopicPartition> partitions = new ArrayList<>();
    for (EventType type : TOPICS) {
      consumer
          .partitionsFor(type.topic())
          .forEach(p -> partitions.add(new TopicPartition(p.topic(), p.partition())));
    }
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    // seeking is lazy: asking for the positions does it now
    partitions.forEach(consumer::position);
  }

  /**
   * Waits for the end of a run.
   *
   * @param display told after every change, and regularly in between
   * @param trouble why waiting any longer is of no use, when that is so
   * @return the run's last state, its outcome present
   * @throws IllegalStateException when there is trouble
   */
  public RunState await(String runId, ProgressDisplay display, Supplier<Optional<String>> trouble) {
    RunState state = new RunState(runId);
    try {
      while (state.outcome().isEmpty()) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
          apply(state, record);
        }
        display.show(state);
        Optional<String> reason = trouble.get();
        if (reason.isPresent()) {
          throw new IllegalStateException(reason.get());
        }
      }
      return state;
    } finally {
      display.end(state);
    }
  }

  private static void apply(RunState state, ConsumerRecord<String, byte[]> record) {
    if (state.runId().equals(record.key())) {
      try {
        state.apply(EventCodec.decode(record.topic(), record.value()));
      } catch (InvalidInputException e) {
        // another's broken record on a shared topic says nothing about this run
      }
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
