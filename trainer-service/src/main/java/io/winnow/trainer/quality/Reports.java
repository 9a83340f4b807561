package io.winnow.trainer.quality;

import io.winnow.artifacts.ClassWeights;
import io.winnow.artifacts.Coreset;
import io.winnow.artifacts.SampleSplits;
import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.Lineage;
import io.winnow.contracts.LineageKey;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.Splits;
import io.winnow.contracts.run.CurvePoint;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.RunReport;
import io.winnow.datasets.Dataset;
import io.winnow.metrics.Evaluation;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.Manifest;
import io.winnow.store.artifact.RunFolder;
import java.util.Arrays;
import java.util.List;

/** Assembles a run's report from its artifacts and stage records. */
final class Reports {
  private final ArtifactStore store;

  Reports(ArtifactStore store) {
    this.store = store;
  }

  RunReport of(Run run, Lineage lineage, Evaluation evaluation) {
    Dataset dataset = Dataset.open(store, lineage.require(LineageKey.DATASET));
    int classes = dataset.classes().size();
    Coreset coreset = Coreset.read(store, lineage.require(LineageKey.CORESET));
    return new RunReport(
        run,
        lineage,
        dataset.rows(Splits.TRAIN),
        coreset.indices().length,
        dataset.classes(),
        Arrays.stream(coreset.kept(classes)).boxed().toList(),
        Arrays.stream(
                ClassWeights.read(store, lineage.require(LineageKey.WEIGHTS), classes).weights())
            .boxed()
            .toList(),
        evaluation.samples().frechet().value(),
        evaluation.untrained(),
        evaluation.samples().samples(),
        evaluation.samples().heldout(),
        "surrogate " + lineage.require(LineageKey.ENCODER).digest(),
        new RunFolder(store.objects(), run.id()).stages(),
        picture(lineage.require(LineageKey.SAMPLES), SampleSplits.GRID),
        picture(lineage.require(LineageKey.CORESET), "topKept.png"),
        picture(lineage.require(LineageKey.CORESET), "topPruned.png"),
        evaluation.samples(),
        curve(lineage, evaluation));
  }

  private List<CurvePoint> curve(Lineage lineage, Evaluation evaluation) {
    double seconds = store.open(lineage.require(LineageKey.MODEL)).cost().seconds();
    List<Evaluation.Snapshot> points = evaluation.curve();
    double images = points.get(points.size() - 1).images();
    return points.stream().map(p -> p.after(seconds * (p.images() / images))).toList();
  }

  // a coreset that prunes nothing has no picture of pruned images
  private ObjectRef picture(ArtifactRef artifact, String name) {
    return store.open(artifact).manifest().entries().stream()
        .filter(entry -> entry.name().equals(name))
        .map(Manifest.Entry::object)
        .findFirst()
        .orElse(null);
  }
}
