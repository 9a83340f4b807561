package io.winnow.stage.internal;

import static io.winnow.stage.internal.TestStage.addressOf;
import static io.winnow.stage.internal.TestStage.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.winnow.contracts.event.DatasetReady;
import io.winnow.contracts.event.RunFailed;
import io.winnow.contracts.event.RunProgress;
import io.winnow.contracts.event.RunRequested;
import io.winnow.contracts.run.StageRecord;
import io.winnow.stage.api.Checkpoint;
import io.winnow.stage.config.StageSettings;
import io.winnow.stage.jobs.JobRegistry;
import io.winnow.stage.testing.Delivery;
import io.winnow.stage.testing.ManualTime;
import io.winnow.stage.testing.RecordedEvents;
import io.winnow.stage.testing.TestProcess;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.RunFolder;
import io.winnow.store.tensor.Tensor;
import io.winnow.store.testing.InMemoryObjectStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Processes that die, stop, hang or compete, each a runner of its own over one store. */
class RestartTest {
  private static final long WAIT_SECONDS = 30;
  private static final StageSettings SETTINGS =
      TestProcess.settings(Map.of()).getConfigMapping(StageSettings.class);

  private final ManualTime time = new ManualTime();
  private final RecordedEvents events = new RecordedEvents();

  private final TestStage stage = new TestStage();
  private final ArtifactStore artifacts = new ArtifactStore(new InMemoryObjectStore());
  private final JobRegistry jobs = new JobRegistry(SETTINGS, new SimpleMeterRegistry());
  private final MeterRegistry meters = new SimpleMeterRegistry();

  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void close() {
    threads.shutdownNow();
  }

  @Test
  void afterACrashTheSameInstanceGoesOnAtOnceFromTheCheckpoint() throws Exception {
    // given a process that hangs for good behind its second checkpoint, as one killed would
    CountDownLatch hangs = new CountDownLatch(1);
    CountDownLatch wakes = new CountDownLatch(1);
    AtomicReference<Checkpoint> resumed = new AtomicReference<>();
    stage.script(
        "crash",
        work -> {
          if (stage.runs("crash") == 1) {
            work.cost(new StageRecord.Cost(1000, 40));
            work.checkpoint(() -> state(1, Tensor.of(new float[] {1f}, 1)));
            work.cost(new StageRecord.Cost(0, 2));
            work.checkpoint(() -> state(2, Tensor.of(new float[] {2f}, 1)));
            work.cost(new StageRecord.Cost(5000, 5000));
            await().until(() -> stored("crash").positions().contains(2L));
            hangs.countDown();
            wakes.await();
            work.progress(2, 4, "images", null);
          } else {
            resumed.set(work.checkpoint().orElseThrow());
            work.cost(new StageRecord.Cost(0, 8));
          }
        });
    TestProcess killed = process("a-0");
    Delivery first = Delivery.of(request("crash"));
    CompletableFuture<CompletionStage<Void>> hanging = start(killed, first);
    await().until(() -> hangs.getCount() == 0);

    // when the instance is started again and gets the message again
    long start = System.nanoTime();
    Delivery second = Delivery.of(request("crash"));
    start(process("a-0"), second);

    // then it goes on from the second checkpoint without waiting for the lease to expire
    assertThat(second.settled().get(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(WAIT_SECONDS));
    assertThat(resumed.get().position()).isEqualTo(2);
    assertThat(resumed.get().tensors().get("x").floats()).containsExactly(2f);
    // and the cost is what led to the checkpoint and what came after it, not what was lost
    Artifact made = artifacts.find(addressOf("crash").path()).orElseThrow();
    assertThat(made.cost().images()).isEqualTo(50);
    assertThat(made.cost().seconds()).isBetween(1000.0, 1100.0);
    assertThat(artifacts.objects().list("checkpoints/" + addressOf("crash").digest())).isEmpty();

    // and when the first one wakes up, it finds the work done and changes nothing
    time.advance(SETTINGS.heartbeatInterval());
    wakes.countDown();
    assertThat(first.settled().get(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    hanging.get(WAIT_SECONDS, TimeUnit.SECONDS);
    assertThat(artifacts.find(addressOf("crash").path())).contains(made);
    assertThat(stage.runs("crash")).isEqualTo(2);
  }

  @Test
  void anArtifactThatLacksAnObjectIsMadeAnew() throws Exception {
    // given
    stage.script("whole", work -> work.draft().put("object", new byte[] {1, 2, 3}, null, null));
    Delivery first = Delivery.of(request("whole"));
    start(process("a-0"), first);
    assertThat(first.settled().get(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    Artifact made = artifacts.find(addressOf("whole").path()).orElseThrow();
    artifacts.objects().delete(addressOf("whole").path() + "/object");

    // when it is wanted again
    Delivery second = Delivery.of(request("whole"));
    start(process("a-1"), second);

    // then
    assertThat(second.settled().get(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(stage.runs("whole")).isEqualTo(2);
    assertThat(artifacts.reuse(addressOf("whole").path()).map(Artifact::ref)).contains(made.ref());
  }

  @Test
  void aStoppedProcessKeepsACheckpointAndLeavesItsMessageUnsettled() throws Exception {
    // given a job that behaves as told when its process stops
    CountDownLatch working = new CountDownLatch(1);
    AtomicBoolean ended = new AtomicBoolean();
    AtomicReference<Checkpoint> resumed = new AtomicReference<>();
    stage.script(
        "term",
        work -> {
          if (stage.runs("term") > 1) {
            resumed.set(work.checkpoint().orElseThrow());
            return;
          }
          try {
            for (int i = 0; ; i++) {
              if (work.stopping()) {
                int now = i;
                work.checkpoint(() -> state(now, Tensor.of(new int[] {now}, 1)));
              }
              work.progress(i, 0, "images", null);
              working.countDown();
              Thread.sleep(5);
            }
          } finally {
            ended.set(true);
          }
        });
    TestProcess stopped = process("b-0");
    Delivery first = Delivery.of(request("term"));
    CompletableFuture<CompletionStage<Void>> handled = start(stopped, first);
    await().until(() -> working.getCount() == 0);

    // when SIGTERM comes
    stopped.lifecycle().stop();

    // then the stop has waited for the job, which is neither acknowledged nor refused
    assertThat(ended).isTrue();
    assertThat(handled).succeedsWithin(Duration.ofSeconds(10));
    assertThat(handled.get().toCompletableFuture()).isNotDone();
    assertThat(first.settled()).isNotDone();
    // nor does the process begin anything new
    Delivery late = Delivery.of(request("term-late"));
    assertThat(start(stopped, late).get().toCompletableFuture()).isNotDone();
    assertThat(stage.runs("term-late")).isZero();
    // and another instance need not wait for the lease
    assertThat(artifacts.objects().list("leases/" + addressOf("term").digest())).isEmpty();
    Delivery second = Delivery.of(request("term"));
    start(process("c-0"), second);
    assertThat(second.settled().get(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(resumed.get().tensors().get("x").ints()[0])
        .isEqualTo((int) resumed.get().position());
  }

  @Test
  void aSecondProcessWaitsForTheFirstAndReusesItsArtifact() throws Exception {
    // given a process at work
    CountDownLatch working = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    stage.script(
        "holder",
        work -> {
          working.countDown();
          go.await();
        });
    Delivery first = Delivery.of(request("holder", "contended"));
    start(process("d-0"), first);
    await().until(() -> working.getCount() == 0);

    // when another wants the same artifact, for longer than the lease time
    Delivery second = Delivery.of(request("waiter", "contended"));
    start(process("e-0"), second);
    RunProgress waiting =
        events.await(RunProgress.class, "waiter", p -> p.state() == RunProgress.State.WAITING);
    assertThat(waiting.message()).contains("another process");
    for (int i = 0; i < 15; i++) {
      time.awaitSleepers(1);
      time.advance(SETTINGS.leaseTime().dividedBy(10));
    }
    time.awaitSleepers(1);

    // then it still waits, and takes the first one's result
    assertThat(second.settled()).isNotDone();
    assertThat(stage.runs("waiter")).isZero();
    go.countDown();
    assertThat(first.settled().get(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    time.advance(SETTINGS.leaseTime());
    assertThat(second.settled().get(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(stage.runs("waiter")).isZero();
    events.await(DatasetReady.class, "waiter");
    events.await(RunProgress.class, "waiter", p -> p.state() == RunProgress.State.REUSED);
  }

  @Test
  void aDeadProcessLosesItsLeaseAfterTheLeaseTime() throws Exception {
    // given the lease of a process of which nobody has heard since
    String digest = addressOf("orphan").digest();
    artifacts
        .objects()
        .put(
            "leases/" + digest + "/00000003.json",
            "{\"instance\":\"dead-0\",\"process\":\"p\",\"runId\":\"other\",\"beats\":9}"
                .getBytes(StandardCharsets.UTF_8));

    // when another wants the artifact
    long start = time.nanos();
    Delivery delivery = Delivery.of(request("orphan"));
    start(process("f-0"), delivery);
    for (int i = 0; i < 10; i++) {
      time.awaitSleepers(1);
      assertThat(delivery.settled()).isNotDone();
      time.advance(SETTINGS.leaseTime().dividedBy(10));
    }

    // then it gets it, but not before the time is over
    assertThat(delivery.settled().get(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(time.nanos() - start).isGreaterThanOrEqualTo(SETTINGS.leaseTime().toNanos());
    assertThat(stage.runs("orphan")).isEqualTo(1);
    assertThat(artifacts.objects().list("leases/" + digest)).isEmpty();
  }

  @Test
  void aMakerThatDiedBetweenCommitAndAcknowledgementIsNotReportedAsReuse() throws Exception {
    // given an artifact whose maker, working for this run, left its lease and nothing else behind
    String digest = addressOf("unsaid").digest();
    artifacts.draft(addressOf("unsaid")).commit(new StageRecord.Cost(12, 34));
    artifacts
        .objects()
        .put(
            "leases/" + digest + "/00000001.json",
            "{\"instance\":\"g-0\",\"process\":\"p\",\"runId\":\"unsaid\",\"beats\":9}"
                .getBytes(StandardCharsets.UTF_8));

    // when the message comes again
    Delivery delivery = Delivery.of(request("unsaid"));
    start(process("g-0"), delivery);

    // then the run has made it, and what was left is cleared
    assertThat(delivery.settled().get(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    StageRecord step = new RunFolder(artifacts.objects(), "unsaid").stages().get(0);
    assertThat(step.reused()).isFalse();
    assertThat(step.cost()).isEqualTo(new StageRecord.Cost(12, 34));
    assertThat(stage.runs("unsaid")).isZero();
    await().untilAsserted(() -> assertThat(artifacts.objects().list("leases/" + digest)).isEmpty());
  }

  @Test
  void damagedCheckpointsArePassedOverAndOnlyTwoAreKept() throws Exception {
    // given a job with three checkpoints, stopped, the last one damaged
    AtomicReference<List<String>> kept = new AtomicReference<>();
    AtomicReference<Checkpoint> resumed = new AtomicReference<>();
    String prefix = "checkpoints/" + addressOf("damage").digest() + "/";
    TestProcess stopped = process("h-0");
    stage.script(
        "damage",
        work -> {
          if (stage.runs("damage") > 1) {
            resumed.set(work.checkpoint().orElseThrow());
            return;
          }
          for (int i = 1; i <= 3; i++) {
            int now = i;
            work.checkpoint(() -> state(now, Tensor.of(new int[] {now}, 1)));
            await().until(() -> stored("damage").positions().contains((long) now));
            await().until(() -> stored("damage").keys().size() == 2 * Math.min(2, now));
          }
          kept.set(artifacts.objects().list(prefix).stream().map(o -> o.key()).toList());
          threads.execute(stopped.lifecycle()::stop);
          while (true) {
            work.progress(3, 3, "images", null);
            Thread.sleep(5);
          }
        });
    start(stopped, Delivery.of(request("damage"))).get(WAIT_SECONDS, TimeUnit.SECONDS);
    assertThat(kept.get()).hasSize(4);
    assertThat(kept.get()).filteredOn(key -> key.endsWith(".json")).hasSize(2);
    String last =
        kept.get().stream()
            .filter(key -> key.startsWith(prefix + "00000003-"))
            .findFirst()
            .orElseThrow();
    artifacts.objects().put(last, new byte[] {1, 2, 3});

    // when the job is resumed
    Delivery second = Delivery.of(request("damage"));
    start(process("h-0"), second);

    // then it starts from the one before
    assertThat(second.settled().get(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(resumed.get().position()).isEqualTo(2);
  }

  @Test
  void aJobThatRunsOutOfMemoryFailsItsRunAndTheProcessGoesOn() throws Exception {
    // given a job that is too large
    stage.script(
        "huge",
        work -> {
          throw new OutOfMemoryError("Java heap space");
        });
    JobRegistry own = new JobRegistry(SETTINGS, new SimpleMeterRegistry());

    // when it runs
    TestProcess process = process("i-0", own);
    Delivery delivery = Delivery.of(request("huge"));
    start(process, delivery);

    // then the run fails with a remedy, the message is refused, and the next run is done
    assertThat(delivery.settled().get(WAIT_SECONDS, TimeUnit.SECONDS)).isFalse();
    RunFailed failed = events.await(RunFailed.class, "huge");
    assertThat(failed.problem()).contains("ran out of memory: Java heap space, at most");
    assertThat(failed.remedy()).contains("memory");
    assertThat(own.broken()).isEmpty();
    Delivery next = Delivery.of(request("modest"));
    start(process, next);
    assertThat(next.settled().get(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aJobThatEndedItsProcessThreeTimesFailsAndTheNextRunIsDone() throws Exception {
    // given a job that never comes back from its first piece of work
    Semaphore hangs = new Semaphore(0);
    CountDownLatch never = new CountDownLatch(1);
    stage.script(
        "killer",
        work -> {
          hangs.release();
          never.await();
        });

    // when its instance is killed and started again, again and again
    for (int i = 0; i < 3; i++) {
      start(process("k-0"), Delivery.of(request("killer")));
      assertThat(hangs.tryAcquire(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
      time.advance(SETTINGS.heartbeatInterval());
    }
    TestProcess last = process("k-0");
    Delivery fourth = Delivery.of(request("killer"));
    start(last, fourth);

    // then the run fails with that reason, without being begun once more
    assertThat(fourth.settled().get(WAIT_SECONDS, TimeUnit.SECONDS)).isFalse();
    RunFailed failed = events.await(RunFailed.class, "killer");
    assertThat(failed.problem()).contains("make").contains("3 times in a row").contains("memory");
    assertThat(failed.remedy()).contains("reduce the batch");
    assertThat(stage.runs("killer")).isEqualTo(3);
    assertThat(artifacts.objects().list("leases/" + addressOf("killer").digest())).isEmpty();
    // and the service goes on
    Delivery next = Delivery.of(request("after-killer"));
    start(last, next);
    assertThat(next.settled().get(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void crashesOfAJobThatGetsFurtherDoNotCount() throws Exception {
    // given a job that is killed five times, each time a little later
    Semaphore hangs = new Semaphore(0);
    CountDownLatch never = new CountDownLatch(1);
    stage.script(
        "unlucky",
        work -> {
          int run = stage.runs("unlucky");
          work.progress(10L * run, 100, "images", null);
          if (run < 6) {
            hangs.release();
            never.await();
          }
        });
    for (int i = 0; i < 5; i++) {
      start(process("l-0"), Delivery.of(request("unlucky")));
      assertThat(hangs.tryAcquire(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
      time.advance(SETTINGS.heartbeatInterval());
    }

    // when it is started once more
    Delivery last = Delivery.of(request("unlucky"));
    start(process("l-0"), last);

    // then it is done
    assertThat(last.settled().get(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(events.events(RunFailed.class, "unlucky")).isEmpty();
  }

  @Test
  void crashesOfAJobThatWritesCheckpointsDoNotCount() throws Exception {
    // given a job that is killed five times, each time behind a new checkpoint and before a beat
    Semaphore hangs = new Semaphore(0);
    CountDownLatch never = new CountDownLatch(1);
    stage.script(
        "slow",
        work -> {
          long at = work.checkpoint().map(Checkpoint::position).orElse(0L) + 1;
          if (at <= 5) {
            work.checkpoint(() -> state(at, Tensor.of(new float[] {at}, 1)));
            await().until(() -> stored("slow").positions().contains(at));
            hangs.release();
            never.await();
          }
        });
    for (int i = 0; i < 5; i++) {
      start(process("m-0"), Delivery.of(request("slow")));
      assertThat(hangs.tryAcquire(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    // when it is started once more
    Delivery last = Delivery.of(request("slow"));
    start(process("m-0"), last);

    // then it is done
    assertThat(last.settled().get(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void orderlyStopsDoNotCount() throws Exception {
    // given a job whose process is told to stop four times, before any progress
    Semaphore begun = new Semaphore(0);
    stage.script(
        "redeployed",
        work -> {
          begun.release();
          while (stage.runs("redeployed") < 5) {
            work.progress(0, 10, "images", null);
            Thread.sleep(2);
          }
        });
    for (int i = 0; i < 4; i++) {
      TestProcess stopped = process("n-0");
      start(stopped, Delivery.of(request("redeployed")));
      assertThat(begun.tryAcquire(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
      stopped.lifecycle().stop();
    }

    // when it is started once more
    Delivery last = Delivery.of(request("redeployed"));
    start(process("n-0"), last);

    // then it is done
    assertThat(last.settled().get(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aJobInterruptedByTheStopDoesNotFailItsRun() throws Exception {
    // given a job that breaks off in its own way when its process stops
    CountDownLatch working = new CountDownLatch(1);
    stage.script(
        "torn",
        work -> {
          working.countDown();
          while (!work.stopping()) {
            Thread.sleep(5);
          }
          throw new InterruptedException("torn out");
        });
    TestProcess stopped = process("j-0");
    Delivery delivery = Delivery.of(request("torn"));
    CompletableFuture<CompletionStage<Void>> handled = start(stopped, delivery);
    await().until(() -> working.getCount() == 0);

    // when SIGTERM comes
    stopped.lifecycle().stop();

    // then the message stays, and nobody hears of a failure
    assertThat(handled.get().toCompletableFuture()).isNotDone();
    assertThat(delivery.settled()).isNotDone();
    assertThat(artifacts.objects().list("runs/torn/")).isEmpty();
    assertThat(events.events(RunFailed.class, "torn")).isEmpty();
  }

  private static Checkpoint state(long position, Tensor tensor) {
    return new Checkpoint(position, Map.of(), Map.of("x", tensor));
  }

  private StoredCheckpoints stored(String specName) {
    return new StoredCheckpoints(artifacts.objects(), specName);
  }

  private TestProcess process(String instance) {
    return process(instance, jobs);
  }

  private TestProcess process(String instance, JobRegistry registry) {
    return TestProcess.of(
        instance,
        new TestProcess.Surroundings(
            artifacts.objects(), events, registry, meters, Map.of(), time));
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
