package io.winnow.console.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.winnow.contracts.Json;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.EventCodec;
import io.winnow.contracts.event.EventType;
import io.winnow.contracts.event.RunProgress;
import io.winnow.contracts.event.RunProgress.State;
import io.winnow.contracts.event.RunRequested;
import io.winnow.contracts.fuzz.MutedLog;
import io.winnow.contracts.fuzz.OddEvents;
import io.winnow.contracts.fuzz.SampleEvents;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.store.artifact.RunFolder;
import io.winnow.store.testing.InMemoryObjectStore;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Records of any content: what can be read is in the list, the rest is counted. */
class EventFeedTest {
  private static final TopicPartition PROGRESS =
      new TopicPartition(EventType.RUN_PROGRESS.topic(), 0);

  private final InMemoryObjectStore objects = new InMemoryObjectStore();
  private final RunIndex index = new RunIndex(objects);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final EventFeed feed = new EventFeed(Map.of(), index, meters);

  @RegisterExtension final MutedLog muted = new MutedLog(EventFeed.class.getName());
  private final MockConsumer<byte[], byte[]> kafka = new MockConsumer<>("earliest");
  private final Map<TopicPartition, Long> lengths = new HashMap<>();
  private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();

  private void send(EventType topic, String type, byte[] data) {
    TopicPartition partition = new TopicPartition(topic.topic(), 0);
    long offset = lengths.merge(partition, 1L, Long::sum) - 1;
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>(partition.topic(), partition.partition(), offset, null, data);
    if (type != null) {
      record.headers().add("ce_type", type.getBytes(StandardCharsets.UTF_8));
    }
    records.add(record);
  }

  /** Reads all that was sent, then stops. */
  private void read() {
    Node broker = new Node(0, "localhost", 9092);
    for (EventType type : EventType.values()) {
      TopicPartition partition = new TopicPartition(type.topic(), 0);
      Node[] brokers = {broker};
      kafka.updatePartitions(
          type.topic(), List.of(new PartitionInfo(type.topic(), 0, broker, brokers, brokers)));
      kafka.updateBeginningOffsets(Map.of(partition, 0L));
      kafka.updateEndOffsets(Map.of(partition, lengths.getOrDefault(partition, 0L)));
    }
    kafka.schedulePollTask(
        () ->
            records.stream()
                .filter(
                    record ->
                        kafka
                            .assignment()
                            .contains(new TopicPartition(record.topic(), record.partition())))
                .forEach(kafka::addRecord));
    // the index loads at the end of the topics
    kafka.schedulePollTask(() -> {});
    kafka.schedulePollTask(kafka::wakeup);
    assertThatThrownBy(() -> feed.follow(kafka)).isInstanceOf(WakeupException.class);
  }

  private double skipped() {
    return meters.counter("winnow.events.skipped").count();
  }

  @Test
  void recordsOfAnyContentDoNotStopTheFeed() {
    // given the run of the events
    RunSpec spec = RunSpec.of(DatasetSpec.of("/d"));
    new RunFolder(objects, "r-1").request(new Run("r-1", spec, Instant.EPOCH));
    // and every type with each of its fields missing, null or odd
    for (Event event : SampleEvents.all().toList()) {
      EventType type = EventType.of(event);
      OddEvents.of(event).forEach(data -> send(type, type.topic(), data));
    }
    // and a good request behind them
    Run good = new Run("good", spec, Instant.EPOCH);
    send(
        EventType.RUN_REQUESTED,
        EventType.RUN_REQUESTED.topic(),
        EventCodec.encode(new RunRequested(good)));

    // when
    read();

    // then many are counted, and the list can be shown
    assertThat(skipped()).isBetween(lengths.get(PROGRESS) / 4.0, records.size() - 1.0);
    assertThat(index.loaded()).isTrue();
    assertThat(index.items()).extracting(RunListItem::id).contains("good", "r-1");
    for (RunListItem run : index.items()) {
      assertThat(Json.bytes(run)).isNotEmpty();
      assertThat(Json.bytes(index.live(run.id()).orElseThrow())).isNotEmpty();
    }
  }

  @Test
  void aPoisonRecordIsSkippedOnceAndTheNextOneIsRead() {
    // given a record of progress without a time between two good ones
    Instant at = Instant.parse("2026-01-02T03:04:05Z");
    String type = EventType.RUN_PROGRESS.topic();
    send(EventType.RUN_PROGRESS, type, progress(1, at));
    send(
        EventType.RUN_PROGRESS,
        type,
        "{\"runId\":\"p\",\"stage\":\"train\",\"state\":\"RUNNING\",\"done\":2,\"total\":9}"
            .getBytes(StandardCharsets.UTF_8));
    send(EventType.RUN_PROGRESS, type, null);
    send(EventType.RUN_PROGRESS, type, progress(3, at.plusSeconds(1)));

    // when
    read();

    // then
    assertThat(skipped()).isEqualTo(2);
    assertThat(kafka.position(PROGRESS)).isEqualTo(4);
    assertThat(index.live("p").orElseThrow().stages())
        .singleElement()
        .satisfies(stage -> assertThat(stage.done()).isEqualTo(3));
  }

  private static byte[] progress(long done, Instant at) {
    return EventCodec.encode(
        new RunProgress(
            "p", "train", State.RUNNING, done, 9, "images", 1, null, null, null, Map.of(), at));
  }

  @Test
  void aRequestThatServicesRefuseIsNoRun() {
    // given a request without a type, and one of another type
    Run run = new Run("refused", RunSpec.of(DatasetSpec.of("/d")), Instant.EPOCH);
    byte[] data = EventCodec.encode(new RunRequested(run));
    send(EventType.RUN_REQUESTED, null, data);
    send(EventType.RUN_REQUESTED, "winnow.run.requested.v0", data);

    // when
    read();

    // then
    assertThat(skipped()).isEqualTo(2);
    assertThat(index.items()).isEmpty();
  }
}
