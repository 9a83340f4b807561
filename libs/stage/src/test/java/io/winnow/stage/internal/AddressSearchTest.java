package io.winnow.stage.internal;

import static io.winnow.stage.internal.TestStage.addressOf;
import static io.winnow.stage.internal.TestStage.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.winnow.contracts.event.RunCancel;
import io.winnow.contracts.event.RunFailed;
import io.winnow.contracts.event.RunProgress;
import io.winnow.contracts.event.RunRequested;
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
import io.winnow.store.testing.InMemoryObjectStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a stage reads before it knows its artifact's address is part of its job. */
class AddressSearchTest {
  private static final long WAIT_SECONDS = 30;
  private static final StageSettings SETTINGS =
      TestProcess.settings(Map.of()).getConfigMapping(StageSettings.class);

  private final ManualTime time = new ManualTime();
  private final RecordedEvents events = new RecordedEvents();
  private final TestStage stage = new TestStage();
  private final ArtifactStore artifacts = new ArtifactStore(new InMemoryObjectStore());
  private final MeterRegistry meters = new SimpleMeterRegistry();
  private final JobRegistry jobs = new JobRegistry(SETTINGS, meters);
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void close() {
    threads.shutdownNow();
  }

  @Test
  void isListedWithItsProgressAndCounted() throws Exception {
    // given a job that reads on and on
    AtomicBoolean enough = new AtomicBoolean();
    stage.reading(
        "reading",
        listener -> {
          while (!enough.get()) {
            listener.read(3 << 20);
            Thread.sleep(2);
          }
        });
    Delivery delivery = Delivery.of(request("reading"));
    start(process("a-0"), delivery);

    // then it is listed, without an address, and its record counts as unsettled
    RunProgress progress = events.await(RunProgress.class, "reading", p -> p.done() > 0);
    assertThat(progress.state()).isEqualTo(RunProgress.State.RUNNING);
    assertThat(progress.unit()).isEqualTo("MiB");
    assertThat(progress.address()).isNull();
    JobView listed = jobs.find("reading.make").orElseThrow();
    assertThat(listed.state()).isEqualTo(JobState.RUNNING);
    assertThat(listed.message()).isEqualTo("reading the input");
    assertThat(jobs.running()).hasSize(1);
    assertThat(jobs.unsettled().count()).isEqualTo(1);
    assertThat(jobs.unsettled().oldest()).isPositive();
    assertThat(meters.get("winnow.source.read.bytes").tag("stage", "make").counter().count())
        .isPositive();

    // and once it knows its address, it has another id, and ends as ever
    enough.set(true);
    assertThat(delivery.settled().get(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(jobs.find("reading.make")).isEmpty();
    assertThat(jobs.find("reading.make." + addressOf("reading").digest().substring(0, 12)))
        .hasValueSatisfying(job -> assertThat(job.state()).isEqualTo(JobState.SUCCEEDED));
    await().untilAsserted(() -> assertThat(jobs.unsettled().count()).isZero());
    assertThat(artifacts.objects().list("leases/")).isEmpty();
  }

  @Test
  void endsWhenItsRunIsCancelled() throws Exception {
    // given
    CountDownLatch begun = new CountDownLatch(1);
    stage.reading("endless", listener -> readOn(listener::read, begun));
    Delivery delivery = Delivery.of(request("endless"));
    start(process("b-0"), delivery);
    await().until(() -> begun.getCount() == 0);

    // when
    new RunFolder(artifacts.objects(), "endless")
        .cancelled(new RunCancel("endless", "no more", Instant.now()));
    time.advance(SETTINGS.heartbeatInterval());

    // then it ends, is acknowledged and says so, and leaves nothing
    assertThat(delivery.settled().get(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(jobs.find("endless.make").orElseThrow().state()).isEqualTo(JobState.CANCELLED);
    events.await(RunProgress.class, "endless", p -> "cancelled: no more".equals(p.message()));
    assertThat(stage.runs("endless")).isZero();
    assertThat(artifacts.objects().list("leases/")).isEmpty();
  }

  @Test
  void endsWhenTheProcessStops() throws Exception {
    // given
    CountDownLatch begun = new CountDownLatch(1);
    stage.reading("stopped", listener -> readOn(listener::read, begun));
    TestProcess process = process("c-0");
    Delivery delivery = Delivery.of(request("stopped"));
    CompletableFuture<CompletionStage<Void>> handled = start(process, delivery);
    await().until(() -> begun.getCount() == 0);

    // when
    process.lifecycle().stop();

    // then its message stays, to be delivered again
    assertThat(handled.get(WAIT_SECONDS, TimeUnit.SECONDS).toCompletableFuture()).isNotDone();
    assertThat(delivery.settled()).isNotDone();
    assertThat(events.events(RunFailed.class, "stopped")).isEmpty();
    assertThat(artifacts.objects().list("leases/")).isEmpty();
  }

  @Test
  void failsOnceItHasEndedThreeProcesses() throws Exception {
    // given an input on which every process hangs until it is killed
    Semaphore hangs = new Semaphore(0);
    CountDownLatch never = new CountDownLatch(1);
    stage.reading(
        "bomb",
        listener -> {
          hangs.release();
          never.await();
        });
    for (int i = 0; i < 3; i++) {
      start(process("d-0"), Delivery.of(request("bomb")));
      assertThat(hangs.tryAcquire(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
      time.advance(SETTINGS.heartbeatInterval());
    }

    // when the next one gets it
    Delivery last = Delivery.of(request("bomb"));
    start(process("d-0"), last);

    // then the run fails, and nothing is read any more
    assertThat(last.settled().get(WAIT_SECONDS, TimeUnit.SECONDS)).isFalse();
    assertThat(events.await(RunFailed.class, "bomb").problem()).contains("3 times in a row");
    assertThat(hangs.availablePermits()).isZero();
  }

  @Test
  void anEventBeforeItsTimeIsNotListed() throws Exception {
    Delivery early = Delivery.of(request("early", TestStage.NOT_READY));
    start(process("e-0"), early);
    assertThat(early.settled().get(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    await().untilAsserted(() -> assertThat(jobs.all()).isEmpty());
  }

  private interface Bytes {
    void read(long bytes);
  }

  private static void readOn(Bytes listener, CountDownLatch begun) throws InterruptedException {
    while (true) {
      listener.read(1);
      begun.countDown();
      Thread.sleep(2);
    }
  }

  private TestProcess process(String instance) {
    return TestProcess.of(
        instance,
        new TestProcess.Surroundings(artifacts.objects(), events, jobs, meters, Map.of(), time));
  }

  private CompletableFuture<CompletionStage<Void>> start(TestProcess process, Delivery delivery) {
    return CompletableFuture.supplyAsync(
        () -> process.runner().handle(stage, RunRequested.class, delivery.message()), threads);
  }

  private static ConditionFactory await() {
    return Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2));
  }
}
