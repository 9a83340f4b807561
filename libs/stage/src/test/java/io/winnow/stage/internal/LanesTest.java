package io.winnow.stage.internal;

import static io.winnow.stage.internal.TestStage.addressOf;
import static io.winnow.stage.internal.TestStage.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.winnow.contracts.event.RunCancel;
import io.winnow.contracts.event.RunFailed;
import io.winnow.contracts.event.RunProgress;
import io.winnow.contracts.event.RunRequested;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.contracts.spec.Priority;
import io.winnow.contracts.spec.RunSpecBuilder;
import io.winnow.stage.api.Checkpoint;
import io.winnow.stage.api.JobContext;
import io.winnow.stage.api.Lane;
import io.winnow.stage.config.StageSettings;
import io.winnow.stage.jobs.JobRegistry;
import io.winnow.stage.jobs.JobState;
import io.winnow.stage.jobs.JobView;
import io.winnow.stage.testing.Delivery;
import io.winnow.stage.testing.ManualTime;
import io.winnow.stage.testing.RecordedEvents;
import io.winnow.stage.testing.TestProcess;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.RunFolder;
import io.winnow.store.tensor.Tensor;
import io.winnow.store.testing.InMemoryObjectStore;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Jobs of one process that take turns. */
class LanesTest {
  private static final long WAIT_SECONDS = 30;
  private static final StageSettings SETTINGS =
      TestProcess.settings(Map.of()).getConfigMapping(StageSettings.class);

  private final ManualTime time = new ManualTime();
  private final RecordedEvents events = new RecordedEvents();
  private final TestStage stage = new TestStage();
  private final ArtifactStore artifacts = new ArtifactStore(new InMemoryObjectStore());
  private final JobRegistry jobs = new JobRegistry(SETTINGS, new SimpleMeterRegistry());
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final ConcurrentLinkedQueue<String> begun = new ConcurrentLinkedQueue<>();
  private final CountDownLatch go = new CountDownLatch(1);

  @AfterEach
  void close() {
    go.countDown();
    threads.shutdownNow();
  }

  @Test
  void aWaitingJobIsShownWithWhatItWaitsFor() throws Exception {
    // given a job at work
    TestProcess process = process();
    Delivery first = hold(process, "at-work");

    // when two others come, the second of them shorter
    Delivery longer = send(process, request("longer"), 20);
    awaitQueued("longer", 1);
    Delivery shorter = send(process, request("shorter"), 10);

    // then each says how many are before it, and who is at work
    awaitQueued("shorter", 1);
    awaitQueued("longer", 2);
    String holder = id("at-work");
    assertThat(job("longer").orElseThrow().holder()).isEqualTo(holder);
    RunProgress said =
        events.await(
            RunProgress.class,
            "longer",
            p -> p.message() != null && p.message().startsWith("queued, 2"));
    assertThat(said.state()).isEqualTo(RunProgress.State.WAITING);
    assertThat(said.message()).isEqualTo("queued, 2 before it; " + holder + " runs");
    assertThat(said.stage()).isEqualTo("make");

    // and once the place is free, the shorter one goes first, and nothing says "queued" any more
    go.countDown();
    for (Delivery delivery : List.of(first, longer, shorter)) {
      assertThat(delivery.settled().get(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(begun).containsExactly("at-work", "shorter", "longer");
    JobView ended = job("longer").orElseThrow();
    assertThat(ended.state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(ended.before()).isNull();
    assertThat(ended.holder()).isNull();
  }

  @Test
  void aRunsPriorityDecidesBeforeTheCost() throws Exception {
    // given
    TestProcess process = process();
    hold(process, "busy");
    Delivery cheap = send(process, request("cheap"), 1);
    awaitQueued("cheap", 1);

    // when
    Delivery urgent = send(process, withPriority("urgent", Priority.HIGH), 99);
    awaitQueued("cheap", 2);
    go.countDown();

    // then
    assertThat(cheap.settled().get(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(urgent.settled().get(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(begun).containsExactly("busy", "urgent", "cheap");
  }

  @Test
  void whatExistsIsReusedWithoutATurn() throws Exception {
    // given an artifact, and a job at work
    TestProcess process = process();
    send(process, request("maker", "shared"), 1).settled().get(WAIT_SECONDS, TimeUnit.SECONDS);
    hold(process, "busy");

    // then
    Delivery reused = send(process, request("taker", "shared"), 1);
    assertThat(reused.settled().get(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(stage.runs("taker")).isZero();
  }

  @Test
  void aLightJobRunsBesideATraining() throws Exception {
    // given a training at work
    TestProcess process = process();
    stage.lane("training", Lane.TRAINING);
    Delivery training = hold(process, "training");

    // then a light job does not wait for it
    Delivery light = send(process, request("light"), 1);
    assertThat(light.settled().get(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(training.settled()).isNotDone();
  }

  @Test
  void aTrainingThatYieldsEndsWithTheBytesOfAnUndisturbedOne() throws Exception {
    // given the bytes of an undisturbed training
    byte[] undisturbed = train(process(), "undisturbed", new CountDownLatch(0));

    // when a training is in its second half, its slice over, and a shorter job comes
    TestProcess process = process();
    CountDownLatch half = new CountDownLatch(1);
    stage.lane("short", Lane.TRAINING);
    Delivery disturbed = training(process, "disturbed", half);
    await().until(() -> begun.contains("disturbed at 50"));
    Delivery brief = send(process, request("short"), 1);
    awaitQueued("short", 1);
    half.countDown();
    // the job goes on during its slice
    await().until(() -> begun.contains("disturbed at 60"));
    assertThat(stage.runs("short")).isZero();
    time.advance(SETTINGS.slice());

    // then the short one is made before the training is done, which resumes
    assertThat(brief.settled().get(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    go.countDown();
    assertThat(disturbed.settled().get(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(stage.runs("disturbed")).isEqualTo(2);
    assertThat(bytes("disturbed")).isEqualTo(undisturbed);
    // and it is no failure, and nothing is left
    assertThat(events.events(RunFailed.class, "disturbed")).isEmpty();
    assertThat(artifacts.objects().list("leases/")).isEmpty();
    assertThat(artifacts.objects().list("checkpoints/")).isEmpty();
  }

  @Test
  void aWaitingJobEndsWithItsRun() throws Exception {
    // given
    TestProcess process = process();
    hold(process, "busy");
    Delivery waiting = send(process, request("unwanted"), 1);
    awaitQueued("unwanted", 1);

    // when
    new RunFolder(artifacts.objects(), "unwanted")
        .cancelled(new RunCancel("unwanted", "no longer wanted", Instant.now()));
    time.advance(SETTINGS.heartbeatInterval().multipliedBy(10));

    // then it is settled while the other job is still at work
    assertThat(waiting.settled().get(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(go.getCount()).isEqualTo(1);
    assertThat(stage.runs("unwanted")).isZero();
    assertThat(job("unwanted").orElseThrow().state()).isEqualTo(JobState.CANCELLED);
  }

  @Test
  void aWaitingJobDoesNotDelayTheStopAndStaysUnsettled() throws Exception {
    // given a job at work that stops when it is told to
    TestProcess process = process();
    stage.script(
        "at-work",
        work -> {
          begun.add("at-work");
          while (true) {
            work.progress(0, 0, "images", null);
            Thread.sleep(2);
          }
        });
    Delivery first = send(process, request("at-work"), 1);
    await().until(() -> begun.contains("at-work"));
    Delivery waiting = send(process, request("waiting"), 1);
    awaitQueued("waiting", 1);

    // when
    process.lifecycle().stop();

    // then
    assertThat(process.lifecycle().graceOver()).isTrue();
    assertThat(job("waiting").orElseThrow().state()).isEqualTo(JobState.STOPPED);
    assertThat(stage.runs("waiting")).isZero();
    assertThat(waiting.settled()).isNotDone();
    assertThat(first.settled()).isNotDone();
  }

  private byte[] train(TestProcess process, String run, CountDownLatch half) throws Exception {
    go.countDown();
    Delivery delivery = training(process, run, half);
    assertThat(delivery.settled().get(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    return bytes(run);
  }

  private Delivery training(TestProcess process, String run, CountDownLatch half) {
    stage.lane(run, Lane.TRAINING);
    stage.script(run, work -> steps(run, half, work));
    return send(process, request(run), 1000);
  }

  // a recurrence in floats whose every bit depends on all steps before it
  private void steps(String run, CountDownLatch half, JobContext work) throws Exception {
    float x = work.checkpoint().map(c -> c.tensors().get("x").floats()[0]).orElse(0.3f);
    long first = work.checkpoint().map(Checkpoint::position).orElse(0L);
    for (long step = first; step < 100; step++) {
      x = 3.9f * x * (1 - x);
      long done = step + 1;
      float now = x;
      begun.add(run + " at " + done);
      if (done == 50) {
        half.await();
      }
      boolean last = done == 100;
      do {
        if (!last && work.stopping()) {
          work.checkpoint(
              () -> new Checkpoint(done, Map.of(), Map.of("x", Tensor.of(new float[] {now}, 1))));
        }
        work.progress(done, 100, "images", null);
        // stay at this step until the slice is over, so that the test decides when
      } while (done == 60 && first == 0 && run.equals("disturbed"));
    }
    work.draft().put("x", Float.toHexString(x).getBytes(StandardCharsets.UTF_8), 1L, null);
  }

  private byte[] bytes(String run) {
    return artifacts.objects().find(addressOf(run).path() + "/x").orElseThrow();
  }

  /** A job that stays at work until {@link #go}. */
  private Delivery hold(TestProcess process, String run) {
    stage.script(
        run,
        work -> {
          begun.add(run);
          go.await();
        });
    Delivery delivery = Delivery.of(request(run));
    threads.submit(
        () -> process.runner().handle(stage.of(run), RunRequested.class, delivery.message()));
    await().until(() -> begun.contains(run));
    return delivery;
  }

  private Delivery send(TestProcess process, RunRequested event, double cost) {
    String run = event.runId();
    stage.cost(run, cost);
    stage.scriptIfNone(run, work -> begun.add(run));
    Delivery delivery = Delivery.of(event);
    threads.submit(
        () -> process.runner().handle(stage.of(run), RunRequested.class, delivery.message()));
    return delivery;
  }

  private static RunRequested withPriority(String run, Priority priority) {
    return new RunRequested(
        new Run(
            run,
            RunSpecBuilder.builder()
                .name(run)
                .dataset(DatasetSpec.of("somewhere"))
                .priority(priority)
                .build(),
            Instant.parse("2026-01-01T00:00:00Z")));
  }

  private void awaitQueued(String run, int before) {
    await()
        .until(
            () ->
                job(run)
                    .filter(j -> j.state() == JobState.WAITING)
                    .map(JobView::before)
                    .filter(n -> n == before)
                    .isPresent());
  }

  private Optional<JobView> job(String run) {
    return jobs.all().stream().filter(job -> job.run().equals(run)).findFirst();
  }

  private String id(String run) {
    return job(run).orElseThrow().id();
  }

  private TestProcess process() {
    return TestProcess.of(
        "la-0",
        new TestProcess.Surroundings(
            artifacts.objects(), events, jobs, new SimpleMeterRegistry(), Map.of(), time));
  }
}
