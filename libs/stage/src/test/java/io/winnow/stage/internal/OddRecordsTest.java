package io.winnow.stage.internal;

import static io.winnow.stage.internal.TestStage.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.EventType;
import io.winnow.contracts.event.RunCancel;
import io.winnow.contracts.event.RunRequested;
import io.winnow.contracts.fuzz.MutedLog;
import io.winnow.contracts.fuzz.OddEvents;
import io.winnow.contracts.fuzz.SampleEvents;
import io.winnow.stage.api.Join;
import io.winnow.stage.config.RetrySettings;
import io.winnow.stage.config.StageSettings;
import io.winnow.stage.jobs.JobRegistry;
import io.winnow.stage.testing.Delivery;
import io.winnow.stage.testing.ManualTime;
import io.winnow.stage.testing.RecordedEvents;
import io.winnow.stage.testing.TestProcess;
import io.winnow.store.artifact.RunFolder;
import io.winnow.store.local.Time;
import io.winnow.store.testing.InMemoryObjectStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Records of any content are settled, and the next one is read. */
class OddRecordsTest {
  private static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");

  private final InMemoryObjectStore objects = new InMemoryObjectStore();
  private final RecordedEvents events = new RecordedEvents();
  private final TestStage stage = new TestStage();

  @RegisterExtension final MutedLog muted = new MutedLog("io.winnow.stage.internal");

  /** All odd data of every type, whatever the topic. */
  private static List<byte[]> odd() {
    List<byte[]> odd = new ArrayList<>(List.of(new byte[0], new byte[] {1, 2, 3}));
    SampleEvents.all().map(OddEvents::of).forEach(odd::addAll);
    return odd;
  }

  @Test
  void cancellationsOfAnyContentAreSettled() {
    // given
    TransientFaultRetry retry =
        new TransientFaultRetry(
            TestProcess.settings(Map.of()).getConfigMapping(RetrySettings.class),
            new Lifecycle(TestProcess.settings(Map.of()).getConfigMapping(StageSettings.class)),
            Time.system(),
            objects);
    CancelListener listener =
        new CancelListener(
            objects, new EventMessages(retry, new OversizedDeadLetters(Map.of())), retry);
    String topic = EventType.RUN_CANCEL.topic();

    // when
    int refused = 0;
    for (byte[] data : odd()) {
      Delivery delivery = Delivery.of(topic, "odd", data);
      assertThat(listener.onCancel(delivery.message()).toCompletableFuture()).isCompleted();
      refused += settled(delivery) ? 0 : 1;
    }
    Delivery good = Delivery.of(new RunCancel("good", "enough", AT));
    listener.onCancel(good.message());

    // then the good one is recorded, and of the odd ones only those whose id is usable
    assertThat(refused).isGreaterThan(odd().size() / 2);
    assertThat(settled(good)).isTrue();
    assertThat(new RunFolder(objects, "good").cancelled().orElseThrow().reason())
        .isEqualTo("enough");
    assertThat(objects.list(""))
        .extracting(object -> object.key())
        .allMatch(key -> key.matches("runs/[A-Za-z0-9][A-Za-z0-9_.-]{0,63}/cancelled\\.json"));
  }

  @Test
  void eventsOfAnyContentAreSettled() {
    // given a service
    StageSettings settings = TestProcess.settings(Map.of()).getConfigMapping(StageSettings.class);
    JobRegistry jobs = new JobRegistry(settings, new SimpleMeterRegistry());
    TestProcess process =
        TestProcess.of(
            "odd-0",
            new TestProcess.Surroundings(
                objects, events, jobs, new SimpleMeterRegistry(), Map.of(), new ManualTime()));
    String topic = EventType.RUN_REQUESTED.topic();

    // when
    for (byte[] data : oddOf(EventType.RUN_REQUESTED)) {
      Delivery delivery = Delivery.of(topic, "odd", data);
      process.runner().handle(stage, RunRequested.class, delivery.message());
      settled(delivery);
    }
    Delivery good = Delivery.of(request("good"));
    process.runner().handle(stage, RunRequested.class, good.message());

    // then
    assertThat(settled(good)).isTrue();
    assertThat(stage.runs("good")).isEqualTo(1);
  }

  @Test
  void signalsOfAnyContentAreSettled() {
    // given stages that need a second event, of each type
    StageSettings settings = TestProcess.settings(Map.of()).getConfigMapping(StageSettings.class);
    TestProcess process =
        TestProcess.of(
            "odd-1",
            new TestProcess.Surroundings(
                objects,
                events,
                new JobRegistry(settings, new SimpleMeterRegistry()),
                new SimpleMeterRegistry(),
                Map.of(),
                new ManualTime()));
    for (EventType type : EventType.values()) {
      Join<RunRequested, ? extends Event> join =
          new Join<>(stage, RunRequested.class, type.record(), request -> true);

      // when
      for (byte[] data : oddOf(type)) {
        Delivery signal = Delivery.of(type.topic(), "odd", data);
        process.runner().handleSignal(join, signal.message());
        settled(signal);
      }
    }

    // then
    Delivery good = Delivery.of(request("good"));
    process.runner().handle(stage, RunRequested.class, good.message());
    assertThat(settled(good)).isTrue();
  }

  private static List<byte[]> oddOf(EventType type) {
    return SampleEvents.all()
        .filter(event -> EventType.of(event) == type)
        .map(OddEvents::of)
        .flatMap(List::stream)
        .toList();
  }

  private static boolean settled(Delivery delivery) {
    assertThat(delivery.settled()).isCompleted();
    return delivery.settled().join();
  }
}
