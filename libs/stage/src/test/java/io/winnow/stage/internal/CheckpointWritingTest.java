package io.winnow.stage.internal;

import static io.winnow.stage.internal.TestStage.addressOf;
import static io.winnow.stage.internal.TestStage.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.event.RunCancel;
import io.winnow.contracts.event.RunFailed;
import io.winnow.contracts.event.RunProgress;
import io.winnow.contracts.event.RunRequested;
import io.winnow.stage.api.Checkpoint;
import io.winnow.stage.api.JobContext;
import io.winnow.stage.api.StopException;
import io.winnow.stage.config.StageSettings;
import io.winnow.stage.jobs.JobRegistry;
import io.winnow.stage.testing.Delivery;
import io.winnow.stage.testing.RecordedEvents;
import io.winnow.stage.testing.TestProcess;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.RunFolder;
import io.winnow.store.local.Time;
import io.winnow.store.object.ObjectStore;
import io.winnow.store.object.StoreUnavailableException;
import io.winnow.store.tensor.Tensor;
import io.winnow.store.testing.InMemoryObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Checkpoints while the store is slow, away or refuses, and while jobs end in every way. */
class CheckpointWritingTest {
  private static final long WAIT_SECONDS = 30;
  private static final StageSettings SETTINGS =
      TestProcess.settings(Map.of()).getConfigMapping(StageSettings.class);

  private final RecordedEvents events = new RecordedEvents();

  private final TestStage stage = new TestStage();
  private final ArtifactStore artifacts = new ArtifactStore(new InMemoryObjectStore());
  private final JobRegistry jobs = new JobRegistry(SETTINGS, new SimpleMeterRegistry());

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Gate gate = new Gate();

  /** Stands before what is written below {@code checkpoints/}, once it is shut. */
  private static final class Gate implements Consumer<String> {
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch opened = new CountDownLatch(1);
    private final AtomicInteger refused = new AtomicInteger();
    // null: not shut
    private volatile String suffix;
    private volatile RuntimeException refusal;

    /** Holds what has such a key until it is opened. */
    void holding(String keySuffix) {
      suffix = keySuffix;
    }

    /** Refuses everything until it is opened. */
    void refusing(RuntimeException fault) {
      refusal = fault;
      suffix = "";
    }

    void awaitReached() {
      await().until(() -> reached.getCount() == 0);
    }

    boolean holds() {
      return reached.getCount() == 0 && opened.getCount() > 0;
    }

    int refused() {
      return refused.get();
    }

    void open() {
      opened.countDown();
    }

    @Override
    public void accept(String key) {
      if (suffix == null || !key.startsWith("checkpoints/") || !key.endsWith(suffix)) {
        return;
      }
      reached.countDown();
      try {
        if (refusal == null) {
          opened.await();
        } else if (opened.getCount() > 0) {
          refused.incrementAndGet();
          throw refusal;
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @AfterEach
  void close() {
    gate.open();
    threads.shutdownNow();
  }

  @Test
  void theNewestStateWinsAndTheJobNeverWaitsForTheStore() throws Exception {
    // given a store that holds the first state
    gate.holding(".safetensors");
    StoredCheckpoints stored = stored("newest");
    AtomicReference<Checkpoint> resumed = new AtomicReference<>();
    stage.script(
        "newest",
        work -> {
          if (stage.runs("newest") > 1) {
            resumed.set(work.checkpoint().orElseThrow());
            return;
          }
          keep(work, 1);
          gate.awaitReached();
          // when the job goes on meanwhile
          for (int i = 2; i <= 5; i++) {
            keep(work, i);
            work.progress(i, 0, "images", null);
          }
          assertThat(stored.keys()).isEmpty();
          gate.open();
          await().until(() -> stored.positions().equals(List.of(1L, 5L)));
          throw new StoreUnavailableException("away", new IOException());
        });
    start(process("na-0"), Delivery.of(request("newest"))).get(WAIT_SECONDS, TimeUnit.SECONDS);

    // then it is resumed from the newest, those between were never written, and all is measured
    assertState(resumed.get(), 5);
    assertThat(meters.get("winnow.stage.checkpoint.handover").timer().count()).isEqualTo(5);
    assertThat(meters.get("winnow.stage.checkpoint.write").timer().count()).isEqualTo(2);
    assertThat(meters.get("winnow.stage.checkpoint.replaced").counter().count()).isEqualTo(3);
  }

  @Test
  void aStateThatWaitsIsGivenUpBeforeTheNextIsMade() throws Exception {
    // given one state held by the store and one that waits
    gate.holding(".safetensors");
    AtomicReference<Double> replaced = new AtomicReference<>();
    stage.script(
        "room",
        work -> {
          keep(work, 1);
          gate.awaitReached();
          keep(work, 2);
          // when
          work.checkpoint(
              () -> {
                replaced.set(meters.get("winnow.stage.checkpoint.replaced").counter().count());
                return state(3);
              });
          gate.open();
        });

    // then
    start(process("ro-0"), Delivery.of(request("room"))).get(WAIT_SECONDS, TimeUnit.SECONDS);
    assertThat(replaced.get()).isEqualTo(1);
  }

  @Test
  void trainingGoesOnAndSaysSoWhileTheStoreIsAway() throws Exception {
    // given
    gate.refusing(new StoreUnavailableException("the store is away", new IOException()));
    stage.script(
        "away",
        work -> {
          keep(work, 1);
          for (int i = 1; stored("away").positions().isEmpty(); i++) {
            work.progress(i, 0, "images", "loss 0.5");
            Thread.sleep(5);
          }
          while (!message("away").equals("afterwards")) {
            work.progress(0, 0, "images", "afterwards");
            Thread.sleep(5);
          }
        });

    // when
    Delivery delivery = Delivery.of(request("away"));
    start(process("aw-0"), delivery);

    // then
    RunProgress said =
        events.await(
            RunProgress.class,
            "away",
            p -> p.message() != null && p.message().contains("waiting to write a checkpoint"));
    assertThat(said.state()).isEqualTo(RunProgress.State.RUNNING);
    assertThat(said.message())
        .isEqualTo("loss 0.5; waiting to write a checkpoint: the store is away");
    await().until(() -> gate.refused() > 2);
    gate.open();
    assertThat(delivery.settled().get(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(events.events(RunFailed.class, "away")).isEmpty();
  }

  @Test
  void aStoppedProcessDoesNotEndBeforeItsLastStateIsWritten() throws Exception {
    // given a state held by the store and one behind it
    gate.holding(".safetensors");
    CountDownLatch left = new CountDownLatch(1);
    AtomicReference<Checkpoint> resumed = new AtomicReference<>();
    stage.script(
        "flush",
        work -> {
          if (stage.runs("flush") > 1) {
            resumed.set(work.checkpoint().orElseThrow());
            return;
          }
          keep(work, 1);
          gate.awaitReached();
          keepAndStay(work, 2, left);
        });
    TestProcess stopped = process("fl-0");
    CompletableFuture<CompletionStage<Void>> handled =
        start(stopped, Delivery.of(request("flush")));
    gate.awaitReached();

    // when SIGTERM comes, and the job has left
    CompletableFuture<Void> stop = CompletableFuture.runAsync(stopped.lifecycle()::stop, threads);
    await().until(() -> left.getCount() == 0);

    // then the process is still there, with its lease, until the second state is written
    assertThat(handled).isNotDone();
    assertThat(stop).isNotDone();
    assertThat(artifacts.objects().list("leases/" + addressOf("flush").digest())).hasSize(1);
    gate.open();
    stop.get(WAIT_SECONDS, TimeUnit.SECONDS);
    assertThat(stored("flush").positions()).containsExactly(1L, 2L);
    assertThat(handled.get().toCompletableFuture()).isNotDone();
    Delivery second = Delivery.of(request("flush"));
    start(process("fl-0"), second);
    assertThat(second.settled().get(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertState(resumed.get(), 2);
  }

  @Test
  void aStoppedProcessTriesOnWhileTheStoreIsAway() throws Exception {
    // given
    gate.refusing(new StoreUnavailableException("the store is away", new IOException()));
    CountDownLatch left = new CountDownLatch(1);
    stage.script("try-on", work -> keepAndStay(work, 1, left));
    TestProcess stopped = process("tr-0");
    start(stopped, Delivery.of(request("try-on")));
    await().until(() -> stage.runs("try-on") == 1);

    // when SIGTERM comes
    CompletableFuture<Void> stop = CompletableFuture.runAsync(stopped.lifecycle()::stop, threads);
    await().until(() -> left.getCount() == 0);

    // then it waits and says why, and keeps the state once the store is back
    await()
        .until(() -> message("try-on").equals("waiting to write a checkpoint: the store is away"));
    int before = gate.refused();
    await().until(() -> gate.refused() > before + 1);
    assertThat(stop).isNotDone();
    gate.open();
    stop.get(WAIT_SECONDS, TimeUnit.SECONDS);
    assertThat(stored("try-on").positions()).containsExactly(1L);
  }

  @Test
  void theStopsGraceIsTheEndOfTheWaiting() throws Exception {
    // given a store that stays away
    gate.refusing(new StoreUnavailableException("the store is away", new IOException()));
    CountDownLatch left = new CountDownLatch(1);
    stage.script("grace", work -> keepAndStay(work, 1, left));
    TestProcess stopped = process("gr-0", Map.of("winnow.stage.shutdown-grace", "300ms"));
    CompletableFuture<CompletionStage<Void>> handled =
        start(stopped, Delivery.of(request("grace")));
    await().until(() -> stage.runs("grace") == 1);

    // when
    stopped.lifecycle().stop();

    // then the job leaves, and what comes back later finds nobody who writes
    assertThat(handled.get(WAIT_SECONDS, TimeUnit.SECONDS).toCompletableFuture()).isNotDone();
    gate.open();
    await().until(CheckpointWritingTest::noWriter);
    assertThat(stored("grace").keys()).isEmpty();
  }

  @Test
  void nothingIsWrittenOnceTheArtifactIsThere() throws Exception {
    // given a finished job with one state held by the store and one behind it
    gate.holding(".safetensors");
    stage.script(
        "done",
        work -> {
          keep(work, 1);
          gate.awaitReached();
          keep(work, 2);
        });
    Delivery delivery = Delivery.of(request("done"));
    start(process("do-0"), delivery);
    await().until(() -> artifacts.find(addressOf("done").path()).isPresent());

    // when the store goes on
    assertThat(delivery.settled()).isNotDone();
    gate.open();

    // then the second is not written, and nothing is left of the first
    assertThat(delivery.settled().get(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    await().until(CheckpointWritingTest::noWriter);
    assertThat(meters.get("winnow.stage.checkpoint.write").timer().count()).isEqualTo(1);
    assertThat(stored("done").keys()).isEmpty();
  }

  @Test
  void nothingIsWrittenOnceTheRunIsCancelled() throws Exception {
    // given
    gate.holding(".safetensors");
    CountDownLatch left = new CountDownLatch(1);
    stage.script(
        "cancel-held",
        work -> {
          keep(work, 1);
          gate.awaitReached();
          keepAndStay(work, 2, left);
        });
    Delivery delivery = Delivery.of(request("cancel-held"));
    start(process("ca-0"), delivery);
    gate.awaitReached();

    // when its run is cancelled, and the job has left
    new RunFolder(artifacts.objects(), "cancel-held")
        .cancelled(new RunCancel("cancel-held", null, Instant.now()));
    await().until(() -> left.getCount() == 0);
    assertThat(delivery.settled()).isNotDone();
    gate.open();

    // then
    assertThat(delivery.settled().get(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    await().until(CheckpointWritingTest::noWriter);
    assertThat(meters.get("winnow.stage.checkpoint.write").timer().count()).isEqualTo(1);
    assertThat(stored("cancel-held").keys()).isEmpty();
  }

  @Test
  void aFailedJobKeepsTheStateThatWaited() throws Exception {
    // given
    gate.holding(".safetensors");
    stage.script(
        "diverged",
        work -> {
          keep(work, 1);
          gate.awaitReached();
          keep(work, 2);
          throw new InvalidInputException("training diverged", "lower the rate");
        });
    Delivery delivery = Delivery.of(request("diverged"));
    start(process("di-0"), delivery);
    gate.awaitReached();

    // when
    gate.open();

    // then
    assertThat(delivery.settled().get(WAIT_SECONDS, TimeUnit.SECONDS)).isFalse();
    assertThat(events.await(RunFailed.class, "diverged").problem()).isEqualTo("training diverged");
    assertThat(stored("diverged").positions()).containsExactly(1L, 2L);
  }

  @Test
  void aFaultThatStaysComesOutOfProgress() throws Exception {
    assertFailsBy(
        "fault-progress",
        work -> {
          keep(work, 1);
          while (true) {
            work.progress(0, 0, "images", null);
            Thread.sleep(5);
          }
        });
  }

  @Test
  void aFaultThatStaysComesOutOfTheNextCheckpoint() throws Exception {
    assertFailsBy(
        "fault-checkpoint",
        work -> {
          for (int i = 0; ; i++) {
            keep(work, i);
            Thread.sleep(5);
          }
        });
  }

  @Test
  void aFaultThatStaysIsNotForgottenWhenTheJobBreaksOffForAnotherReason() throws Exception {
    assertFailsBy(
        "fault-forgotten",
        work -> {
          keep(work, 1);
          gate.awaitReached();
          throw new StoreUnavailableException("away", new IOException());
        });
  }

  private void assertFailsBy(String run, TestStage.Script script) throws Exception {
    // given a store that takes no checkpoint, for good
    gate.refusing(new InvalidInputException("the bucket is full", "empty it"));
    stage.script(run, script);

    // when
    Delivery delivery = Delivery.of(request(run));
    start(process("fa-0"), delivery);

    // then
    assertThat(delivery.settled().get(WAIT_SECONDS, TimeUnit.SECONDS)).isFalse();
    RunFailed failed = events.await(RunFailed.class, run);
    assertThat(failed.problem()).isEqualTo("the bucket is full");
    assertThat(failed.remedy()).isEqualTo("empty it");
    assertThat(stage.runs(run)).isEqualTo(1);
  }

  @Test
  void whoeverHasLostTheJobLeavesNoCheckpointBehind() throws Exception {
    // given a process that hangs just before its state comes to exist, and is silent from then on
    gate.holding(".json");
    StoredCheckpoints stored = stored("zombie");
    AtomicReference<StopException> lost = new AtomicReference<>();
    CountDownLatch go = new CountDownLatch(1);
    stage.script(
        "zombie",
        work -> {
          assertThat(work.checkpoint()).isEmpty();
          if (stage.runs("zombie") > 1) {
            keep(work, 7);
            go.await();
            return;
          }
          try {
            keepAndStay(work, 100, new CountDownLatch(1));
          } catch (StopException e) {
            lost.set(e);
            throw e;
          }
        });
    ObjectStore cutOff =
        GatedStore.of(
            artifacts.objects(),
            key -> {
              if (key.startsWith("leases/") && gate.holds()) {
                throw new StoreUnavailableException("cut off", new IOException());
              }
              gate.accept(key);
            });
    Delivery first = Delivery.of(request("zombie"));
    start(process("zo-0", cutOff, Map.of()), first);
    gate.awaitReached();

    // when another has taken the job over and kept a state, and the first goes on
    Delivery second = Delivery.of(request("zombie"));
    start(process("su-0", artifacts.objects(), Map.of()), second);
    await().atMost(WAIT_SECONDS, TimeUnit.SECONDS).until(() -> !stored.positions().isEmpty());
    gate.open();
    await().until(() -> lost.get() != null);

    // then it is told so, and only the other's state exists
    assertThat(lost.get().reason()).isEqualTo(StopException.Reason.LEASE_LOST);
    await().until(() -> stored.keys().size() == 2);
    assertThat(stored.positions()).containsExactly(7L);
    go.countDown();
    assertThat(second.settled().get(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(first.settled().get(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(stage.runs("zombie")).isEqualTo(2);
    assertThat(stored.keys()).isEmpty();
  }

  @Test
  void aNumberThatSomebodyElseHasTakenIsPassedOver() throws Exception {
    // given a store where a number is taken just before it is used
    String taken = stored("taken").prefix() + "00000001.json";
    String foreign =
        "{\"cost\":{\"images\":0,\"seconds\":0},\"counters\":{},"
            + "\"data\":{\"key\":\"x\",\"size\":1},\"position\":99}";
    ObjectStore contended =
        GatedStore.of(
            artifacts.objects(),
            key -> {
              if (key.equals(taken)) {
                artifacts.objects().put(taken, foreign.getBytes(StandardCharsets.UTF_8));
              }
            });
    AtomicReference<List<Long>> numbers = new AtomicReference<>();
    stage.script(
        "taken",
        work -> {
          keep(work, 1);
          await().until(() -> stored("taken").positions().contains(1L));
          numbers.set(stored("taken").numbers());
        });

    // when
    Delivery delivery = Delivery.of(request("taken"));
    start(process("ta-0", contended, Map.of()), delivery);

    // then the state has the next
    assertThat(delivery.settled().get(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(numbers.get()).endsWith(2L);
  }

  private static Checkpoint state(long position) {
    Map<String, Long> counters = Map.of("step", position, "seed", -position);
    return new Checkpoint(
        position, counters, Map.of("x", Tensor.of(new long[] {position, 2 * position}, 2)));
  }

  private static void assertState(Checkpoint checkpoint, long position) {
    assertThat(checkpoint.position()).isEqualTo(position);
    assertThat(checkpoint.counters()).isEqualTo(state(position).counters());
    assertThat(checkpoint.tensors().get("x").longs()).containsExactly(position, 2 * position);
  }

  private static void keep(JobContext work, long position) {
    work.checkpoint(() -> state(position));
  }

  /** Keeps a state and works on until it has to leave. */
  private static void keepAndStay(JobContext work, long position, CountDownLatch left)
      throws InterruptedException {
    keep(work, position);
    try {
      while (true) {
        work.progress(position, 0, "images", null);
        Thread.sleep(5);
      }
    } catch (StopException e) {
      left.countDown();
      throw e;
    }
  }

  private String message(String run) {
    return jobs.all().stream()
        .filter(job -> job.run().equals(run))
        .map(job -> String.valueOf(job.message()))
        .findFirst()
        .orElse("");
  }

  private static boolean noWriter() {
    return Thread.getAllStackTraces().keySet().stream()
        .noneMatch(thread -> thread.getName().equals("winnow-checkpoints"));
  }

  private StoredCheckpoints stored(String specName) {
    return new StoredCheckpoints(artifacts.objects(), specName);
  }

  private TestProcess process(String instance) {
    return process(instance, Map.of());
  }

  private TestProcess process(String instance, Map<String, String> settings) {
    return process(instance, GatedStore.of(artifacts.objects(), gate), settings);
  }

  private TestProcess process(String instance, ObjectStore store, Map<String, String> settings) {
    return TestProcess.of(
        instance,
        new TestProcess.Surroundings(store, events, jobs, meters, settings, Time.system()));
  }

  private CompletableFuture<CompletionStage<Void>> start(TestProcess process, Delivery delivery) {
    return CompletableFuture.supplyAsync(
        () -> process.runner().handle(stage, RunRequested.class, delivery.message()), threads);
  }

  /** Polls more often than by default: nothing here takes long. */
  private static ConditionFactory await() {
    return Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2));
  }
}
