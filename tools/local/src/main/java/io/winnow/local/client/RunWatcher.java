package io.winnow.local.client;

import io.winnow.contracts.event.EventCodec;
import io.winnow.contracts.event.EventType;
import io.winnow.local.kafka.TopicReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Follows runs by their events, starting when it is opened: open it before submitting a run, so
 * that no event is missed. Use it from one thread.
 */
public final class RunWatcher implements AutoCloseable {
  private static final List<String> TOPICS =
      Stream.of(
              EventType.RUN_PROGRESS,
              EventType.RUN_FAILED,
              EventType.RUN_CANCEL,
              EventType.MODEL_EVALUATED)
          .map(EventType::topic)
          .toList();
  private static final Duration POLL = Duration.ofMillis(250);

  private final TopicReader reader;

  /**
   * @param kafka settings of Kafka clients, including {@code bootstrap.servers}
   * @throws IllegalStateException Kafka lacks one of Winnow's topics
   */
  public RunWatcher(Map<String, Object> kafka) {
    reader = TopicReader.fromEnd(kafka, TOPICS);
  }

  /**
   * Waits for the end of a run.
   *
   * @param display called after every change, and regularly in between
   * @param abortReason polled; a reason to stop waiting ends the call
   * @return the last state of the run, with its outcome
   * @throws IllegalStateException {@code abortReason} returned a reason
   */
  public RunState await(
      String runId, ProgressDisplay display, Supplier<Optional<String>> abortReason) {
    RunState state = new RunState(runId);
    try {
      while (state.outcome().isEmpty()) {
        reader.poll(POLL).forEach(record -> apply(state, record));
        display.show(state);
        Optional<String> reason = abortReason.get();
        if (reason.isPresent()) {
          throw new IllegalStateException(reason.get());
        }
      }
      return state;
    } finally {
      display.end(state);
    }
  }

  private static void apply(RunState state, ConsumerRecord<byte[], byte[]> record) {
    byte[] run = state.runId().getBytes(StandardCharsets.UTF_8);
    if (Arrays.equals(run, record.key())) {
      try {
        state.apply(
            EventCodec.decode(record.topic(), name -> header(record, name), record.value()));
      } catch (RuntimeException e) {
        // an unreadable record: the next event of the run supersedes it
      }
    }
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return Optional.ofNullable(record.headers().lastHeader(name))
        .map(header -> new String(header.value(), StandardCharsets.UTF_8))
        .orElse(null);
  }

  @Override
  public void close() {
    reader.close();
  }
}
