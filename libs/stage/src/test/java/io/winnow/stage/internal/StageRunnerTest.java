package io.winnow.stage.internal;

import static io.winnow.stage.internal.TestStage.addressOf;
import static io.winnow.stage.internal.TestStage.request;
import static io.winnow.stage.testing.Wire.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.LineageKey;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.event.DatasetReady;
import io.winnow.contracts.event.EventType;
import io.winnow.contracts.event.RunCancel;
import io.winnow.contracts.event.RunFailed;
import io.winnow.contracts.event.RunProgress;
import io.winnow.contracts.event.RunRequested;
import io.winnow.contracts.run.StageRecord;
import io.winnow.stage.api.Checkpoint;
import io.winnow.stage.api.StageRunner;
import io.winnow.stage.api.StopException;
import io.winnow.stage.jobs.JobRegistry;
import io.winnow.stage.jobs.JobState;
import io.winnow.stage.testing.WinnowServers;
import io.winnow.stage.testing.Wire;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.RunFolder;
import io.winnow.store.tensor.Tensor;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Jobs over real Kafka and a real S3 endpoint, through the channel that a service would have. */
@QuarkusTest
@QuarkusTestResource(WinnowServers.class)
class StageRunnerTest {
  @Inject TestStage stage;
  @Inject StageRunner runner;
  @Inject JobRegistry jobs;
  @Inject ArtifactStore artifacts;
  @Inject Admin admin;

  WinnowServers servers;
  private Wire wire;

  @BeforeEach
  void open() {
    wire = Wire.open();
  }

  @AfterEach
  void close() {
    wire.close();
  }

  @Test
  void makesTheArtifactPublishesTheNextEventOnceAndAcknowledges() throws Exception {
    // given a job that costs and says something, and looks at its thread
    AtomicReference<String> thread = new AtomicReference<>();
    stage.script(
        "happy",
        work -> {
          thread.set(Thread.currentThread().getName());
          work.gauge("training.loss", 0.5);
          work.gauge("odd", Double.NaN);
          work.gauges("class.weight", "class", () -> Map.of("cat", 1.5));
          work.progress(5, 10, "images", "half");
          work.cost(new StageRecord.Cost(100, 7));
        });

    // when its event comes
    wire.send(request("happy"));
    DatasetReady next = wire.await(DatasetReady.class, "happy");

    // then the artifact is there, with its cost
    Artifact made = artifacts.find(addressOf("happy").path()).orElseThrow();
    assertThat(next.lineage().get(LineageKey.DATASET)).isEqualTo(made.ref());
    assertThat(made.cost().images()).isEqualTo(7);
    assertThat(made.cost().seconds()).isBetween(100.0, 160.0);
    assertThat(thread.get()).startsWith("winnow-light");
    // and the step is noted, watchers know, and nothing is left over
    StageRecord step = new RunFolder(artifacts.objects(), "happy").stages().get(0);
    assertThat(step.stage()).isEqualTo("make");
    assertThat(step.reused()).isFalse();
    assertThat(step.artifact()).isEqualTo(made.ref());
    assertThat(step.cost()).isEqualTo(made.cost());
    RunProgress running =
        wire.await(RunProgress.class, "happy", p -> p.state() == RunProgress.State.RUNNING);
    assertThat(running.done()).isEqualTo(5);
    assertThat(running.figures()).isEqualTo(Map.of("training.loss", 0.5, "class.weight/cat", 1.5));
    assertThat(running.total()).isEqualTo(10);
    assertThat(running.address()).isEqualTo(addressOf("happy").path());
    wire.await(RunProgress.class, "happy", p -> p.state() == RunProgress.State.SUCCEEDED);
    await().untilAsserted(() -> assertThat(leftovers("happy")).isEmpty());
    await().untilAsserted(this::everythingIsAcknowledged);
    assertThat(wire.events(DatasetReady.class, "happy")).hasSize(1);
    assertThat(stage.runs("happy")).isEqualTo(1);
  }

  @Test
  void whatSomebodyAskedForIsMadeAndNothingIsNotedOrSaid() {
    // when
    Optional<InvalidInputException> fault = runner.runNow(stage, request("asked"));

    // then
    assertThat(fault).isEmpty();
    assertThat(artifacts.find(addressOf("asked").path())).isPresent();
    assertThat(jobs.all())
        .anyMatch(job -> job.run().equals("asked") && job.state() == JobState.SUCCEEDED);
    assertThat(new RunFolder(artifacts.objects(), "asked").stages()).isEmpty();
    assertThat(wire.events(DatasetReady.class, "asked")).isEmpty();
    // and who asks again is given it
    assertThat(runner.runNow(stage, request("asked"))).isEmpty();
    assertThat(stage.runs("asked")).isEqualTo(1);
  }

  @Test
  void whoeverAsksForWhatARunIsMakingWaitsForIt() throws Exception {
    // given a run's job under way for longer than heartbeats are apart
    CountDownLatch begun = new CountDownLatch(1);
    stage.script(
        "making",
        work -> {
          begun.countDown();
          for (int i = 0; i < 25; i++) {
            Thread.sleep(100);
            work.progress(i, 25, "images", null);
          }
        });
    wire.send(request("making", "common"));
    begun.await();

    // when
    Optional<InvalidInputException> fault = runner.runNow(stage, request("asking", "common"));

    // then it was made once, by the run
    assertThat(fault).isEmpty();
    assertThat(stage.runs("making")).isEqualTo(1);
    assertThat(stage.runs("asking")).isZero();
    wire.await(DatasetReady.class, "making");
  }

  @Test
  void aFaultOfWhatSomebodyAskedForEndsTheJobAndNoRun() {
    // given
    stage.script(
        "asked-in-vain",
        work -> {
          work.draft().put("half", new byte[] {1}, 1L, null);
          throw new InvalidInputException("it is too much", "ask for less");
        });

    // when
    Optional<InvalidInputException> fault = runner.runNow(stage, request("asked-in-vain"));

    // then
    assertThat(fault.orElseThrow().problem()).isEqualTo("it is too much");
    assertThat(jobs.all())
        .anyMatch(
            job ->
                job.run().equals("asked-in-vain")
                    && job.state() == JobState.FAILED
                    && job.message().contains("ask for less"));
    assertThat(new RunFolder(artifacts.objects(), "asked-in-vain").failed()).isEmpty();
    assertThat(wire.events(RunFailed.class, "asked-in-vain")).isEmpty();
    assertThat(artifacts.objects().list(addressOf("asked-in-vain").path())).isEmpty();
  }

  @Test
  void aRedeliveredEventIsAnsweredAgainWithoutWork() {
    // given a finished job
    wire.send(request("twice"));
    wire.await(DatasetReady.class, "twice");
    List<StageRecord> steps = new RunFolder(artifacts.objects(), "twice").stages();

    // when its event comes once more
    wire.send(request("twice"));
    await().until(() -> wire.events(DatasetReady.class, "twice").size() == 2);

    // then nothing was done twice, and the second answer is the first
    assertThat(stage.runs("twice")).isEqualTo(1);
    assertThat(new RunFolder(artifacts.objects(), "twice").stages()).isEqualTo(steps);
    List<String> ids =
        wire.records(EventType.DATASET_READY.topic()).stream()
            .filter(r -> "twice".equals(r.key()))
            .map(r -> header(r, "ce_id"))
            .toList();
    assertThat(ids).hasSize(2);
    assertThat(ids.get(0)).isEqualTo(ids.get(1));
  }

  @Test
  void anotherRunReusesTheArtifactAndReportsItsCost() {
    // given an artifact of one run
    stage.script("first", work -> work.cost(new StageRecord.Cost(50, 3)));
    wire.send(request("first", "shared"));
    wire.await(DatasetReady.class, "first");

    // when another run needs the same
    wire.send(request("second", "shared"));
    wire.await(DatasetReady.class, "second");

    // then it says so, naming the digest
    RunProgress reused =
        wire.await(RunProgress.class, "second", p -> p.state() == RunProgress.State.REUSED);
    assertThat(reused.message())
        .isEqualTo("reused things " + addressOf("shared").digest().substring(0, 12));
    assertThat(stage.runs("second")).isZero();
    StageRecord step = new RunFolder(artifacts.objects(), "second").stages().get(0);
    assertThat(step.reused()).isTrue();
    assertThat(step.cost().images()).isEqualTo(3);
    assertThat(step.cost().seconds()).isGreaterThanOrEqualTo(50);
  }

  @Test
  void recordsThatCannotBeReadGoToTheDeadLetterQueueAndTheChannelGoesOn() {
    // given records that are no event, half an event, another's event, or break the connector's own
    // reading of CloudEvents
    String topic = EventType.RUN_REQUESTED.topic();
    Map<String, String> headers =
        Map.of("ce_specversion", "1.0", "ce_id", "1", "ce_source", "/t", "ce_type", topic);
    wire.send(topic, "poison-bytes", new byte[] {1, 2, 3}, Map.of());
    wire.send(topic, "poison-json", "{\"run\":".getBytes(StandardCharsets.UTF_8), headers);
    wire.send(
        topic,
        "poison-time",
        new byte[0],
        Map.of(
            "ce_specversion", "1.0",
            "ce_id", "1",
            "ce_source", "not a URI",
            "ce_type", topic,
            "ce_time", "yesterday"));
    wire.send(
        topic,
        "poison-structured",
        "nonsense".getBytes(StandardCharsets.UTF_8),
        Map.of("content-type", "application/cloudevents+json"));
    wire.send(
        topic,
        "poison-type",
        "{\"runId\":\"x\",\"at\":\"2026-11-30T20:00:00Z\"}".getBytes(StandardCharsets.UTF_8),
        Map.of("ce_type", EventType.RUN_CANCEL.topic()));

    // when a good one follows
    wire.send(request("after-poison"));

    // then it is answered, and the others lie in the queue with the cause
    wire.await(DatasetReady.class, "after-poison");
    for (String key :
        List.of("poison-bytes", "poison-json", "poison-time", "poison-structured", "poison-type")) {
      ConsumerRecord<String, byte[]> dead = wire.awaitDeadLetter(RunRequested.class, key);
      assertThat(header(dead, "dead-letter-exception-class-name"))
          .isEqualTo(InvalidInputException.class.getName());
      assertThat(header(dead, "dead-letter-reason")).isNotBlank();
      assertThat(header(dead, "dead-letter-topic")).isEqualTo(topic);
    }
    assertThat(
            header(wire.awaitDeadLetter(RunRequested.class, "poison-bytes"), "dead-letter-reason"))
        .contains("ce_type");
    assertThat(
            header(wire.awaitDeadLetter(RunRequested.class, "poison-type"), "dead-letter-reason"))
        .contains("on the topic " + topic);
  }

  @Test
  void invalidInputAtTheDoorFailsTheRun() {
    // when an event comes that cannot succeed
    wire.send(request("door", TestStage.DOOR_SHUT));

    // then the run fails with the problem and the remedy
    RunFailed failed = wire.await(RunFailed.class, "door");
    assertThat(failed.stage()).isEqualTo("make");
    assertThat(failed.problem()).isEqualTo("the door is shut");
    assertThat(failed.remedy()).isEqualTo("knock");
    assertThat(header(wire.awaitDeadLetter(RunRequested.class, "door"), "dead-letter-reason"))
        .contains("the door is shut");
    await().until(() -> new RunFolder(artifacts.objects(), "door").failed().isPresent());
  }

  @Test
  void aFaultInTheMiddleFailsTheRunAndLeavesNothingHalfMade() {
    // given jobs that write something, then find bad input or fall over a bug
    AtomicReference<Path> scratch = new AtomicReference<>();
    stage.script(
        "bad-middle",
        work -> {
          scratch.set(work.scratch());
          Files.writeString(work.scratch().resolve("file"), "x");
          work.draft().put("half", new byte[10], null, null);
          throw new InvalidInputException("row 7 is NaN", "mend row 7");
        });
    stage.script(
        "bug",
        work -> {
          work.draft().put("half", new byte[10], null, null);
          throw new IllegalStateException("a bug");
        });

    // when
    wire.send(request("bad-middle"));
    wire.send(request("bug"));

    // then
    assertThat(wire.await(RunFailed.class, "bad-middle").problem()).isEqualTo("row 7 is NaN");
    assertThat(wire.await(RunFailed.class, "bug").problem()).contains("make").contains("a bug");
    for (String run : List.of("bad-middle", "bug")) {
      wire.awaitDeadLetter(RunRequested.class, run);
      assertThat(artifacts.objects().list(addressOf(run).path())).isEmpty();
      await().untilAsserted(() -> assertThat(leftovers(run)).isEmpty());
      assertThat(wire.events(DatasetReady.class, run)).isEmpty();
    }
    assertThat(scratch.get()).doesNotExist();

    // and when such a run's event comes again, nothing is done and nothing said
    wire.send(request("bug"));
    wire.send(request("after-bug"));
    wire.await(DatasetReady.class, "after-bug");
    await().untilAsserted(this::everythingIsAcknowledged);
    assertThat(stage.runs("bug")).isEqualTo(1);
    assertThat(wire.events(RunFailed.class, "bug")).hasSize(1);
  }

  @Test
  void anEventBeforeItsTimeIsAcknowledgedAndForgotten() {
    // when the stage's other input is missing
    wire.send(request("early", TestStage.NOT_READY));
    wire.send(request("after-early"));

    // then the event leaves no trace
    wire.await(DatasetReady.class, "after-early");
    await().untilAsserted(this::everythingIsAcknowledged);
    assertThat(stage.runs("early")).isZero();
    assertThat(artifacts.objects().list("runs/early/")).isEmpty();
    assertThat(wire.events(RunFailed.class, "early")).isEmpty();
  }

  @Test
  void waitsWhileTheStoreIsAwayAndGoesOnFromTheCheckpoint() throws Exception {
    // given a job that keeps a checkpoint, then loses the store
    CountDownLatch gone = new CountDownLatch(1);
    AtomicReference<Long> resumedAt = new AtomicReference<>();
    stage.script(
        "outage",
        work -> {
          if (work.checkpoint().isEmpty()) {
            Tensor x = Tensor.of(new int[] {1, 2, 3}, 3);
            work.checkpoint(() -> new Checkpoint(3, Map.of(), Map.of("x", x)));
            // it is written beside the job
            await().until(() -> keptCheckpoints("outage") == 1);
            servers.stopStore();
            gone.countDown();
            work.draft().put("too-early", new byte[1], null, null);
          } else {
            resumedAt.set(work.checkpoint().get().position());
          }
        });

    // when the store comes back after a while
    wire.send(request("outage"));
    await().until(() -> gone.getCount() == 0);
    try {
      wire.await(RunProgress.class, "outage", p -> p.state() == RunProgress.State.WAITING);
    } finally {
      servers.startStore();
    }

    // then the job is done, from where it was, and nobody was told of a failure
    wire.await(DatasetReady.class, "outage");
    assertThat(resumedAt.get()).isEqualTo(3);
    assertThat(stage.runs("outage")).isEqualTo(2);
    assertThat(wire.events(RunFailed.class, "outage")).isEmpty();
    assertThat(wire.records(EventType.RUN_REQUESTED.deadLetterTopic()))
        .noneMatch(r -> "outage".equals(r.key()));
  }

  @Test
  void waitsWhileKafkaIsAway() {
    // given a job in whose middle Kafka goes away
    CountDownLatch gone = new CountDownLatch(1);
    stage.script(
        "silence",
        work -> {
          servers.stopKafka();
          gone.countDown();
        });

    // when it comes back
    wire.send(request("silence"));
    try {
      await().until(() -> gone.getCount() == 0);
      Thread.sleep(1_500);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      servers.startKafka();
    }

    // then the next event is published, and the work was done once
    wire.await(DatasetReady.class, "silence", e -> true, Duration.ofSeconds(60));
    assertThat(stage.runs("silence")).isEqualTo(1);
    RestAssured.when().get("/q/health/live").then().statusCode(200);
    assertThat(wire.events(RunFailed.class, "silence")).isEmpty();
  }

  @Test
  void aCancelledRunStopsInTheMiddleAndLeavesNothing() {
    // given a job that works on and on
    CountDownLatch working = new CountDownLatch(1);
    AtomicBoolean stopped = new AtomicBoolean();
    stage.script(
        "cancelled",
        work -> {
          work.draft().put("half", new byte[10], null, null);
          Tensor x = Tensor.of(new int[] {1}, 1);
          work.checkpoint(() -> new Checkpoint(1, Map.of(), Map.of("x", x)));
          working.countDown();
          try {
            for (long i = 0; ; i++) {
              work.progress(i, 0, "images", null);
              Thread.sleep(5);
            }
          } catch (StopException e) {
            stopped.set(e.reason() == StopException.Reason.CANCELLED);
            throw e;
          }
        });

    // when its run is cancelled
    wire.send(request("cancelled"));
    await().until(() -> working.getCount() == 0);
    wire.send(new RunCancel("cancelled", "changed my mind", Instant.now()));

    // then it leaves, and so does what it had made
    RunProgress last =
        wire.await(
            RunProgress.class,
            "cancelled",
            p -> p.message() != null && p.message().startsWith("cancelled"));
    assertThat(last.message()).isEqualTo("cancelled: changed my mind");
    assertThat(stopped).isTrue();
    assertThat(artifacts.objects().list(addressOf("cancelled").path())).isEmpty();
    await().untilAsserted(() -> assertThat(leftovers("cancelled")).isEmpty());
    await().untilAsserted(this::everythingIsAcknowledged);
    assertThat(wire.events(DatasetReady.class, "cancelled")).isEmpty();
    assertThat(wire.events(RunFailed.class, "cancelled")).isEmpty();

    // and later events of the run are ignored
    wire.send(request("cancelled"));
    await().untilAsserted(this::everythingIsAcknowledged);
    assertThat(stage.runs("cancelled")).isEqualTo(1);
  }

  @Test
  void aJobLongerThanKafkasPatienceRunsOnce() {
    // given a job longer than max.poll.interval.ms and session.timeout.ms, both 4 s here
    stage.script(
        "long",
        work -> {
          for (int i = 0; i < 65; i++) {
            work.progress(i, 65, "images", null);
            Thread.sleep(100);
          }
        });

    // when
    wire.send(request("long"));
    wire.await(DatasetReady.class, "long");

    // then nobody else got it meanwhile
    await().untilAsserted(this::everythingIsAcknowledged);
    assertThat(stage.runs("long")).isEqualTo(1);
    assertThat(wire.events(DatasetReady.class, "long")).hasSize(1);
  }

  /** Leases and checkpoints of a spec's artifact. */
  private List<String> leftovers(String specName) {
    String digest = addressOf(specName).digest();
    return List.of("leases/", "checkpoints/").stream()
        .flatMap(root -> artifacts.objects().list(root + digest).stream())
        .map(ObjectRef::key)
        .toList();
  }

  private long keptCheckpoints(String specName) {
    return leftovers(specName).stream()
        .filter(key -> key.startsWith("checkpoints/") && key.endsWith(".json"))
        .count();
  }

  private void everythingIsAcknowledged() throws Exception {
    var committed =
        admin
            .listConsumerGroupOffsets("test-service.run-requested")
            .partitionsToOffsetAndMetadata()
            .get();
    long acknowledged = committed.values().stream().mapToLong(o -> o.offset()).sum();
    assertThat(acknowledged).isEqualTo(wire.records(EventType.RUN_REQUESTED.topic()).size());
  }
}
