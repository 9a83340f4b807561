package io.winnow.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.winnow.artifacts.ReferenceAddress;
import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.Lineage;
import io.winnow.contracts.LineageKey;
import io.winnow.contracts.event.ReferenceRequested;
import io.winnow.contracts.event.ReferenceTrained;
import io.winnow.contracts.event.RunProgress;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.StageRecord;
import io.winnow.stage.api.EventPublisher;
import io.winnow.stage.api.StageRunner;
import io.winnow.stage.jobs.JobRegistry;
import io.winnow.stage.testing.Delivery;
import io.winnow.stage.testing.TestProcess;
import io.winnow.stage.testing.WinnowServers;
import io.winnow.stage.testing.Wire;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.RunFolder;
import io.winnow.store.local.Time;
import io.winnow.trainer.TinyRun;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A reference is trained once, however many ask for it at the same time. */
@QuarkusTest
@QuarkusTestResource(WinnowServers.class)
class OneReferenceTest {
  private static final long IMAGES = 400;

  @Inject ArtifactStore store;
  @Inject EventPublisher publisher;
  @Inject JobRegistry jobs;
  @Inject MeterRegistry meters;
  @Inject StageRunner runner;
  @Inject TrainReferenceStage stage;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void twoRunsThatAskAtTheSameTimeAreServedByOneTraining(boolean oneProcess) throws Exception {
    // given two runs that differ in what a reference does not depend on
    String name = oneProcess ? "threads" : "processes";
    Lineage lineage = Lineage.of(TinyRun.dataset(store));
    List<Run> runs = List.of(run(name + "-1", oneProcess), run(name + "-2", oneProcess));
    List<StageRunner> processes =
        oneProcess ? List.of(runner, runner) : List.of(runner, process("another"));
    double before = imagesTrained();

    // when both ask at the same moment
    ExecutorService threads = Executors.newFixedThreadPool(2);
    CyclicBarrier start = new CyclicBarrier(2);
    List<CompletableFuture<Void>> asked =
        Stream.of(0, 1)
            .map(
                i ->
                    CompletableFuture.runAsync(
                        () -> {
                          await(start);
                          Message<byte[]> message =
                              Delivery.of(new ReferenceRequested(runs.get(i), lineage)).message();
                          processes
                              .get(i)
                              .handle(stage, ReferenceRequested.class, message)
                              .toCompletableFuture()
                              .join();
                        },
                        threads))
            .toList();
    for (CompletableFuture<Void> one : asked) {
      one.get(60, TimeUnit.SECONDS);
    }

    threads.shutdown();

    // then one trained while the other waited, and both go on with the same model
    assertThat(imagesTrained() - before).isEqualTo(IMAGES);
    try (Wire wire = Wire.open()) {
      ArtifactRef first =
          wire.await(ReferenceTrained.class, runs.get(0).id()).lineage().get(LineageKey.REFERENCE);
      ArtifactRef second =
          wire.await(ReferenceTrained.class, runs.get(1).id()).lineage().get(LineageKey.REFERENCE);
      assertThat(first).isEqualTo(second);
      assertThat(first.address())
          .isEqualTo(ReferenceAddress.of(runs.get(0), lineage.get(LineageKey.DATASET)).path());
      assertThat(runs.stream().flatMap(run -> progress(wire, run)))
          .anyMatch(progress -> progress.state() == RunProgress.State.WAITING);
      assertThat(runs.stream().flatMap(run -> steps(run)).map(StageRecord::reused))
          .containsExactlyInAnyOrder(true, false);
      assertThat(store.objects().list("leases/" + first.digest())).isEmpty();
    }
  }

  private double imagesTrained() {
    return meters.counter("winnow.stage.images", "stage", ReferenceAddress.STAGE).count();
  }

  private Stream<StageRecord> steps(Run run) {
    return new RunFolder(store.objects(), run.id()).stages().stream();
  }

  private static Stream<RunProgress> progress(Wire wire, Run run) {
    return wire.events(RunProgress.class, run.id()).stream();
  }

  /** Of another seed for either case, so that each trains a reference of its own. */
  private static Run run(String id, boolean oneProcess) {
    return TinyRun.reference(id, IMAGES, oneProcess ? 31 : 32);
  }

  /** Another process over the same store and Kafka: only those two are shared. */
  private StageRunner process(String instance) {
    return TestProcess.of(
            instance,
            new TestProcess.Surroundings(
                store.objects(), publisher, jobs, meters, Map.of(), Time.system()))
        .runner();
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await(30, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
