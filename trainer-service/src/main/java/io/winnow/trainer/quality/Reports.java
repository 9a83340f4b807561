package io.winnow.trainer.quality;

import io.winnow.artifacts.SampleSplits;
import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.Lineage;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.run.CurvePoint;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.RunReport;
import io.winnow.datasets.Dataset;
import io.winnow.metrics.Evaluation;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.Manifest;
import io.winnow.store.artifact.RunFolder;
import io.winnow.trainer.train.ClassWeights;
import io.winnow.trainer.train.Coreset;
import java.util.List;

/** Puts a run's report together from its artifacts and step records. */
final class Reports {
  private final ArtifactStore store;

  Reports(ArtifactStore store) {
    this.store = store;
  }

  RunReport of(Run run, Lineage lineage, Evaluation evaluation) {
    Dataset dataset = Dataset.open(store, lineage.dataset());
    int classes = dataset.classes().size();
    Coreset coreset = Coreset.read(store, lineage.coreset());
    return new RunReport(
        run,
        lineage,
        dataset.rows("train"),
        coreset.indices().length,
        dataset.classes(),
        coreset.kept(classes),
        ClassWeights.read(store, lineage.weights(), classes).values(),
        evaluation.samples().frechet().value(),
        evaluation.untrained(),
        evaluation.samples().samples(),
        evaluation.samples().heldout(),
        "surrogate " + lineage.encoder().digest(),
        new RunFolder(store.objects(), run.id()).stages(),
        picture(lineage.samples(), SampleSplits.GRID),
        picture(lineage.coreset(), "topKept.png"),
        picture(lineage.coreset(), "topPruned.png"),
        evaluation.samples(),
        curve(lineage, evaluation));
  }

  private List<CurvePoint> curve(Lineage lineage, Evaluation evaluation) {
    double seconds = store.open(lineage.model()).cost().seconds();
    List<Evaluation.Snapshot> points = evaluation.curve();
    double images = points.get(points.size() - 1).images();
    return points.stream().map(p -> p.after(seconds * (p.images() / images))).toList();
  }

  // A coreset that prunes nothing has no picture of what it pruned.
  private ObjectRef picture(ArtifactRef artifact, String name) {
    return store.open(artifact).manifest().entries().stream()
        .filter(entry -> entry.name().equals(name))
        .map(Manifest.Entry::object)
        .findFirst()
        .orElse(null);
  }
}
