package io.winnow.stage.internal;

import static io.winnow.stage.internal.TestStage.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.winnow.contracts.Lineage;
import io.winnow.contracts.event.DatasetReady;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.RunRequested;
import io.winnow.stage.api.JobContext;
import io.winnow.stage.api.Join;
import io.winnow.stage.api.Stage;
import io.winnow.stage.config.StageSettings;
import io.winnow.stage.jobs.JobRegistry;
import io.winnow.stage.testing.Delivery;
import io.winnow.stage.testing.RecordedEvents;
import io.winnow.stage.testing.TestProcess;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.local.Time;
import io.winnow.store.testing.InMemoryObjectStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Stages that need two events, or only one of many. */
class JoinTest {
  private final InMemoryObjectStore objects = new InMemoryObjectStore();
  private final RecordedEvents events = new RecordedEvents();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final AtomicBoolean complete = new AtomicBoolean();
  private final List<String> runs = new ArrayList<>();
  private final TestProcess process =
      TestProcess.of(
          "join-0",
          new TestProcess.Surroundings(
              objects,
              events,
              new JobRegistry(
                  TestProcess.settings(Map.of()).getConfigMapping(StageSettings.class), meters),
              meters,
              Map.of(),
              Time.system()));

  /** Is ready once {@link #complete}; answers one event of a run if it is told so. */
  private final class Counting implements Stage<RunRequested> {
    private final boolean oncePerRun;

    private Counting(boolean oncePerRun) {
      this.oncePerRun = oncePerRun;
    }

    @Override
    public String name() {
      return "count";
    }

    @Override
    public boolean ready(RunRequested event) {
      return complete.get();
    }

    @Override
    public boolean oncePerRun() {
      return oncePerRun;
    }

    @Override
    public Address address(RunRequested event) {
      return TestStage.addressOf(event.run().spec().name());
    }

    @Override
    public void run(RunRequested event, JobContext job) {
      runs.add(event.run().spec().name());
      job.draft().put("thing", new byte[] {1}, 1L, null);
    }

    @Override
    public List<Event> next(RunRequested event, Artifact artifact) {
      return List.of(new DatasetReady(event.run(), Lineage.of(artifact.ref())));
    }
  }

  private Join<RunRequested, DatasetReady> join(boolean waits) {
    return new Join<>(new Counting(false), RunRequested.class, DatasetReady.class, event -> waits);
  }

  private static DatasetReady signal(String run) {
    return new DatasetReady(request(run).run(), Lineage.of(null));
  }

  private void input(Join<RunRequested, DatasetReady> join, String run) throws Exception {
    Delivery delivery = Delivery.of(request(run));
    process.runner().handleInput(join, delivery.message());
    assertThat(delivery.settled().get()).isTrue();
  }

  private void signal(Join<RunRequested, DatasetReady> join, String run) throws Exception {
    Delivery delivery = Delivery.of(signal(run));
    process.runner().handleSignal(join, delivery.message());
    assertThat(delivery.settled().get()).isTrue();
  }

  @Test
  void theSignalStartsAStageThatWasNotReady() throws Exception {
    // given
    input(join(true), "a");
    assertThat(runs).isEmpty();

    // when
    complete.set(true);
    signal(join(true), "a");

    // then
    assertThat(runs).containsExactly("a");
    assertThat(events.events(DatasetReady.class, "a")).hasSize(1);
  }

  @Test
  void theInputStartsAStageWhoseSignalCameFirst() throws Exception {
    // given
    complete.set(true);
    signal(join(true), "b");
    assertThat(runs).isEmpty();

    // when
    input(join(true), "b");

    // then
    assertThat(runs).containsExactly("b");
  }

  @Test
  void aSignalOfAnotherRunStartsNothing() throws Exception {
    input(join(true), "c");
    complete.set(true);
    signal(join(true), "d");
    assertThat(runs).isEmpty();
  }

  @Test
  void bothEventsOfAFinishedJobDoTheWorkOnce() throws Exception {
    complete.set(true);
    input(join(true), "e");
    signal(join(true), "e");
    assertThat(runs).containsExactly("e");
    assertThat(events.events(DatasetReady.class, "e")).hasSize(2);
  }

  @Test
  void anInputThatNeverWaitsIsNotStored() throws Exception {
    complete.set(true);
    input(join(false), "f");
    assertThat(runs).containsExactly("f");
    assertThat(objects.list("runs/f/pending/")).isEmpty();
  }

  @Test
  void ofManyEventsOneIsAnsweredAlsoWhenItComesAgain() throws Exception {
    // given events of one run that differ
    Stage<RunRequested> stage = new Counting(true);
    complete.set(true);
    Delivery first = Delivery.of(request("g", "one"));
    Delivery second = Delivery.of(request("g", "two"));
    Delivery again = Delivery.of(request("g", "one"));

    // when
    for (Delivery delivery : List.of(first, second, again)) {
      process.runner().handle(stage, RunRequested.class, delivery.message());
      assertThat(delivery.settled().get()).isTrue();
    }

    // then
    assertThat(runs).containsExactly("one");
    assertThat(events.events(DatasetReady.class, "g")).hasSize(2);
  }

  @Test
  void anEventThatCameTooEarlyDoesNotWin() throws Exception {
    // given an event for which the stage was not ready
    Stage<RunRequested> stage = new Counting(true);
    process
        .runner()
        .handle(stage, RunRequested.class, Delivery.of(request("h", "early")).message());

    // when
    complete.set(true);
    process.runner().handle(stage, RunRequested.class, Delivery.of(request("h", "last")).message());

    // then
    assertThat(runs).containsExactly("last");
  }
}
