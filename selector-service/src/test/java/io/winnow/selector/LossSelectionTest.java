package io.winnow.selector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.winnow.artifacts.ReferenceAddress;
import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.Lineage;
import io.winnow.contracts.LineageKey;
import io.winnow.contracts.event.CoresetSelected;
import io.winnow.contracts.event.DatasetReady;
import io.winnow.contracts.event.FeaturesReady;
import io.winnow.contracts.event.LossesScored;
import io.winnow.contracts.event.ReferenceTrained;
import io.winnow.contracts.event.RunFailed;
import io.winnow.contracts.event.Subject;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.StageRecord;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.models.ModelFile;
import io.winnow.models.sample.Denoiser;
import io.winnow.models.train.LossDraws;
import io.winnow.stage.api.StopException;
import io.winnow.stage.testing.FakeJobContext;
import io.winnow.stage.testing.WinnowServers;
import io.winnow.stage.testing.Wire;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.RunFolder;
import io.winnow.store.tensor.SafeTensors;
import io.winnow.torch.engine.Torch;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Runs that select by the reference model's losses, over real Kafka and a real store. */
@QuarkusTest
@QuarkusTestResource(WinnowServers.class)
class LossSelectionTest {
  private static final int DRAWS = 4;

  @Inject ArtifactStore store;
  @Inject Torch torch;
  @Inject LossTools tools;

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
  void theCoresetFollowsTheLossesWhenTheReferenceComesLast() {
    // given features, but no reference yet
    TinyDataset data = new TinyDataset(21);
    Run run = run("late-reference", "hardest", 0.5, 21, null);
    Lineage lineage = lineage(data);
    wire.send(new FeaturesReady(run, lineage, Subject.DATASET));
    RunFolder folder = new RunFolder(store.objects(), run.id());
    await().until(() -> folder.pending("features-ready", FeaturesReady.class).isPresent());

    // when
    ArtifactRef reference =
        TinyReference.put(store, ReferenceAddress.of(run, lineage.get(LineageKey.DATASET)));
    wire.send(
        new ReferenceTrained(
            run,
            Lineage.of(lineage.get(LineageKey.DATASET)).with(LineageKey.REFERENCE, reference)));

    // then the losses are those of the model, image by image
    CoresetSelected selected = wire.await(CoresetSelected.class, run.id());
    LossesScored scored = wire.await(LossesScored.class, run.id());
    assertThat(scored.lineage().get(LineageKey.REFERENCE)).isEqualTo(reference);
    double[] losses = tensor(store.open(scored.losses()), "losses.safetensors", "losses");
    double[] expected = naive(data, reference, 21);
    for (int row = 0; row < losses.length; row++) {
      assertThat(losses[row]).isCloseTo(expected[row], within(1e-5 * (1 + expected[row])));
    }
    // and the coreset ranks by them, with their digest among its inputs
    Artifact coreset = store.open(selected.lineage().get(LineageKey.CORESET));
    assertThat(tensor(coreset, "coreset.safetensors", "scores")).containsExactly(losses);
    assertThat(coreset.manifest().inputs())
        .containsExactly(
            lineage.require(LineageKey.FEATURES).digest(),
            lineage.require(LineageKey.DATASET).digest(),
            scored.losses().digest());
    assertThat(selected.lineage()).isEqualTo(lineage.with(LineageKey.CORESET, coreset.ref()));
    assertThat(store.open(scored.losses()).cost().images())
        .isEqualTo((long) DRAWS * TinyDataset.TRAIN_ROWS);
  }

  @Test
  void theCoresetFollowsTheFeaturesWhenTheLossesAreThere() {
    // given
    TinyDataset data = new TinyDataset(22);
    Run run = run("early-reference", "interval", 0.3, 22, null);
    Lineage lineage = lineage(data);
    ArtifactRef reference =
        TinyReference.put(store, ReferenceAddress.of(run, lineage.get(LineageKey.DATASET)));
    wire.send(
        new ReferenceTrained(
            run,
            Lineage.of(lineage.get(LineageKey.DATASET)).with(LineageKey.REFERENCE, reference)));
    wire.await(LossesScored.class, run.id());

    // when
    wire.send(new FeaturesReady(run, lineage, Subject.DATASET));

    // then
    CoresetSelected selected = wire.await(CoresetSelected.class, run.id());
    assertThat(selected.lineage().get(LineageKey.CORESET)).isNotNull();
  }

  @Test
  void anotherRatioAndCriterionReuseTheLossesOfANamedReference() {
    // given
    TinyDataset data = new TinyDataset(23);
    Lineage lineage = lineage(data);
    ArtifactRef reference =
        TinyReference.put(store, Address.of("models", "elsewhere", "1", Map.of(), List.of()));
    Run first = run("named-1", "interval", 0.5, 23, reference.address());
    wire.send(new DatasetReady(first, Lineage.of(lineage.get(LineageKey.DATASET))));
    wire.send(new FeaturesReady(first, lineage, Subject.DATASET));
    wire.await(CoresetSelected.class, first.id());

    // when
    Run second = run("named-2", "easiest", 0.2, 23, reference.address());
    wire.send(new DatasetReady(second, Lineage.of(lineage.get(LineageKey.DATASET))));
    wire.send(new FeaturesReady(second, lineage, Subject.DATASET));

    // then
    CoresetSelected selected = wire.await(CoresetSelected.class, second.id());
    assertThat(wire.await(LossesScored.class, second.id()).losses())
        .isEqualTo(wire.await(LossesScored.class, first.id()).losses());
    StageRecord step =
        new RunFolder(store.objects(), second.id())
            .stages().stream().filter(s -> s.stage().equals("score-losses")).findFirst().get();
    assertThat(step.reused()).isTrue();
    assertThat(selected.lineage().get(LineageKey.CORESET))
        .isNotEqualTo(
            wire.await(CoresetSelected.class, first.id()).lineage().get(LineageKey.CORESET));
  }

  @Test
  void aNamedReferenceThatIsNotThereFailsTheRun() {
    // given
    Lineage lineage = lineage(new TinyDataset(24));

    // when
    wire.send(
        new DatasetReady(
            run("no-reference", "hardest", 0.5, 24, "models/none"),
            Lineage.of(lineage.get(LineageKey.DATASET))));

    // then
    RunFailed failed = wire.await(RunFailed.class, "no-reference");
    assertThat(failed.stage()).isEqualTo("score-losses");
    assertThat(failed.problem()).contains("models/none");
  }

  @Test
  void aJobThatWasStoppedGoesOnToTheSameBits() {
    // given losses taken in one go
    TinyDataset data = new TinyDataset(25);
    ArtifactRef dataset = data.putImages(store, "stopped", TinyReference.SIDE);
    ArtifactRef reference =
        TinyReference.put(store, Address.of("models", "resumed", "1", Map.of(), List.of()));
    Run run = run("resumed", "hardest", 0.5, 25, reference.address());
    DatasetReady event = new DatasetReady(run, Lineage.of(dataset));
    LossTools small =
        new LossTools(tools.losses(), tools.references(), tools.cache(), tools.torch(), 16, 64);
    ScoreLossesStage<DatasetReady> stage =
        new ScoreLossesStage<>(small, asked -> true, DatasetReady::run, DatasetReady::lineage);
    double[] whole = losses(stage, event, "whole", null);

    // when a job is stopped half-way and another goes on from its checkpoint
    FakeJobContext stopped = FakeJobContext.making(store, draft("half")).stoppedAt(96);
    assertThatThrownBy(() -> stage.run(event, stopped)).isInstanceOf(StopException.class);

    // then
    assertThat(stopped.lastCheckpoint().position()).isEqualTo(112);
    assertThat(losses(stage, event, "rest", stopped)).containsExactly(whole);
  }

  private double[] losses(
      ScoreLossesStage<DatasetReady> stage,
      DatasetReady event,
      String name,
      FakeJobContext before) {
    ArtifactDraft draft = draft(name);
    FakeJobContext work = FakeJobContext.making(store, draft);
    stage.run(event, before == null ? work : work.from(before.lastCheckpoint()));
    return tensor(draft.commit(new StageRecord.Cost(0, 0)), "losses.safetensors", "losses");
  }

  private ArtifactDraft draft(String name) {
    return store.draft(Address.of("losses", "score-losses", "test", name, List.of()));
  }

  /** The mean over the draws, image by image and draw by draw. */
  private double[] naive(TinyDataset data, ArtifactRef reference, long seed) {
    LossDraws draws = new LossDraws(seed, DRAWS, 1000);
    Artifact model = store.open(reference);
    double[] means = new double[TinyDataset.TRAIN_ROWS];
    try (Denoiser denoiser =
        ModelFile.read(store, model)
            .denoiser(torch, ModelFile.weights(store, model, ModelFile.EMA_WEIGHTS))) {
      for (int row = 0; row < means.length; row++) {
        byte[] image = new byte[TinyReference.SIDE * TinyReference.SIDE];
        Arrays.fill(image, (byte) row);
        for (int m = 0; m < DRAWS; m++) {
          float[] loss =
              denoiser.lossesAt(
                  image,
                  new int[] {data.train.labels()[row]},
                  new int[] {draws.timestep(row, m)},
                  new long[] {draws.noise(row, m)});
          means[row] += (double) loss[0] / DRAWS;
        }
      }
    }
    return means;
  }

  private double[] tensor(Artifact artifact, String file, String name) {
    byte[] bytes = store.objects().get(artifact.entry(file).object());
    return SafeTensors.parse(bytes, file).get(name).doubles();
  }

  private Lineage lineage(TinyDataset data) {
    return Lineage.of(data.putImages(store, "lossy", TinyReference.SIDE))
        .with(LineageKey.FEATURES, data.putFeatures(store, TinyDataset.TRAIN_ROWS));
  }

  private static Run run(String id, String criterion, double ratio, long seed, String reference) {
    String spec =
        """
        {"dataset": {"source": "tiny"}, "seed": %d,
         "selection": {"criterion": "%s", "ratio": %s, "lossDraws": %d},
         "reweight": {"method": "uniform"%s}}
        """
            .formatted(
                seed,
                criterion,
                ratio,
                DRAWS,
                reference == null ? "" : ", \"reference\": \"" + reference + "\"");
    return new Run(id, RunSpec.parse(spec.getBytes(StandardCharsets.UTF_8), "spec"), Instant.EPOCH);
  }
}
