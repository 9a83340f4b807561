package io.winnow.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.Lineage;
import io.winnow.contracts.LineageKey;
import io.winnow.contracts.event.FeaturesReady;
import io.winnow.contracts.event.ModelTrained;
import io.winnow.contracts.event.Subject;
import io.winnow.contracts.event.WeightsDerived;
import io.winnow.contracts.run.CurvePoint;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.RunReport;
import io.winnow.contracts.run.StageRecord;
import io.winnow.datasets.Dataset;
import io.winnow.stage.api.StopException;
import io.winnow.stage.testing.FakeJobContext;
import io.winnow.stage.testing.WinnowServers;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.Manifest;
import io.winnow.store.artifact.RunFolder;
import io.winnow.trainer.quality.EvaluateStage;
import io.winnow.trainer.sample.SampleStage;
import io.winnow.trainer.train.TrainStage;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Weights kept along a training, and what becomes of them. */
@QuarkusTest
@QuarkusTestResource(WinnowServers.class)
class SnapshotRunTest {
  private static final StageRecord.Cost COST = new StageRecord.Cost(10, 80);

  @Inject ArtifactStore store;
  @Inject TrainStage train;
  @Inject SampleStage sample;
  @Inject EvaluateStage evaluate;

  private static Run run(String id) {
    return TinyRun.run(id, "", ", \"snapshotImages\": 16", ", \"curveImages\": 5");
  }

  private FakeJobContext making(String what) {
    return FakeJobContext.making(
        store, store.draft(Address.of("elsewhere", what, "1", Map.of(), List.of())));
  }

  private Artifact trained(Run run, String what) {
    FakeJobContext work = making(what);
    train.run(new WeightsDerived(run, TinyRun.upToWeights(store)), work);
    return work.draft().commit(COST);
  }

  private static Map<String, String> contents(Artifact artifact) {
    Map<String, String> contents = new TreeMap<>();
    for (Manifest.Entry entry : artifact.manifest().entries()) {
      contents.put(entry.name(), entry.object().sha256());
    }
    return contents;
  }

  @Test
  void theFinalWeightsAreTheSameBitsWithAndWithout() {
    // given
    Map<String, String> without = contents(trained(TinyRun.run("without"), "without snapshots"));

    // when
    Map<String, String> with = contents(trained(run("with"), "with snapshots"));

    // then
    assertThat(with).containsAllEntriesOf(without).hasSize(without.size() + 4);
    assertThat(with)
        .containsKeys(
            "snapshots/16.safetensors",
            "snapshots/32.safetensors",
            "snapshots/48.safetensors",
            "snapshots/64.safetensors");
    assertThat(with.values()).doesNotHaveDuplicates();
  }

  @Test
  void theirIntervalIsPartOfTheModelsAddress() {
    // given
    Lineage lineage = TinyRun.upToWeights(store);

    // when
    Address with = train.address(new WeightsDerived(run("with"), lineage));
    Address without = train.address(new WeightsDerived(TinyRun.run("without"), lineage));

    // then a run that keeps none has the address that it had before there were any
    assertThat(with.digest()).isNotEqualTo(without.digest());
    assertThat(without.parameters().has("snapshotImages")).isFalse();
  }

  @Test
  void theyOutliveAnInterruption() {
    // given
    Run run = run("interrupted");
    WeightsDerived derived = new WeightsDerived(run, TinyRun.upToWeights(store));
    Map<String, String> undisturbed = contents(trained(run, "undisturbed snapshots"));
    FakeJobContext dies = making("interrupted snapshots").dyingAt(40);
    assertThatThrownBy(() -> train.run(derived, dies)).isInstanceOf(StopException.class);

    // when it goes on from its checkpoint at 24 images, after the first snapshot
    FakeJobContext goesOn = making("interrupted snapshots").from(dies.lastCheckpoint());
    train.run(derived, goesOn);

    // then
    assertThat(goesOn.progress()).doesNotContain(8L, 16L).contains(32L);
    assertThat(contents(goesOn.draft().commit(COST))).isEqualTo(undisturbed);
  }

  @Test
  void aTrainingWhoseSnapshotsAreGoneStartsAnew() {
    // given a checkpoint, and a store that has lost what was written before it
    Run run = run("lost");
    WeightsDerived derived = new WeightsDerived(run, TinyRun.upToWeights(store));
    Map<String, String> undisturbed = contents(trained(run, "undisturbed again"));
    FakeJobContext dies = making("lost snapshots").dyingAt(64);
    assertThatThrownBy(() -> train.run(derived, dies)).isInstanceOf(StopException.class);
    store.objects().delete(dies.draft().address().path() + "/snapshots/32.safetensors");

    // when
    FakeJobContext again = making("lost snapshots").from(dies.lastCheckpoint());
    train.run(derived, again);

    // then
    assertThat(again.progress()).contains(8L, 16L, 24L);
    assertThat(contents(again.draft().commit(COST))).isEqualTo(undisturbed);
  }

  @Test
  void theirSamplesMakeTheCurve() {
    // given samples of a model and its snapshots
    Run run = run("curve");
    Artifact model = trained(run, "curve model");
    FakeJobContext sampling = making("curve samples");
    Lineage lineage = TinyRun.upToWeights(store).with(LineageKey.MODEL, model.ref());
    sample.run(new ModelTrained(run, lineage), sampling);
    Artifact samples = sampling.draft().commit(COST);
    Dataset drawn = Dataset.open(store, samples.ref());
    assertThat(drawn.rows("samples")).isEqualTo(12);
    assertThat(drawn.rows("at-16")).isEqualTo(5);
    assertThat(drawn.rows("at-64")).isEqualTo(5);
    assertThat(pixels(drawn, "at-16")).isNotEqualTo(pixels(drawn, "at-64"));
    assertThat(sampling.images()).isEqualTo((2 * 12 + 4 * 5) * 3);
    ArtifactRef features = TinyRun.features(store, samples.ref(), "features-curve");
    FeaturesReady ready =
        new FeaturesReady(
            run,
            lineage
                .with(LineageKey.SAMPLES, samples.ref())
                .with(LineageKey.SAMPLE_FEATURES, features),
            Subject.SAMPLES);

    // when they are judged
    FakeJobContext work = making("curve evaluation");
    evaluate.run(ready, work);
    evaluate.next(ready, work.draft().commit(COST));

    // then the curve ends with the final model, of as many samples as the points before
    RunReport report = new RunFolder(store.objects(), "curve").report().orElseThrow();
    assertThat(report.curve())
        .extracting(CurvePoint::images)
        .containsExactly(16L, 32L, 48L, 64L, 80L);
    assertThat(report.curve())
        .extracting(CurvePoint::seconds)
        .containsExactly(2.0, 4.0, 6.0, 8.0, 10.0);
    assertThat(report.curve()).extracting(CurvePoint::samples).containsOnly(5L);
    assertThat(report.curve()).allMatch(point -> point.frechet().value() > 0);
    assertThat(report.quality().samples()).isEqualTo(12);
    assertThat(report.frechet()).isEqualTo(report.quality().frechet().value());
    assertThat(work.progress()).isSorted().endsWith(6L);
  }

  private static byte[] pixels(Dataset dataset, String split) {
    return dataset.read(dataset.shards(split).get(0)).images();
  }
}
