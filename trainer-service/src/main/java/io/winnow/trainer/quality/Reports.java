package io.winnow.trainer.quality;

import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.Lineage;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.Run;
import io.winnow.contracts.RunReport;
import io.winnow.storage.artifact.ArtifactStore;
import io.winnow.storage.artifact.Manifest;
import io.winnow.storage.artifact.RunFolder;
import io.winnow.storage.dataset.Dataset;
import io.winnow.trainer.sample.SampleStage;
import io.winnow.trainer.train.ClassWeights;
import io.winnow.trainer.train.Coreset;

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
        evaluation.samples().distance(),
        evaluation.untrained() == null ? null : evaluation.untrained().distance(),
        evaluation.samples().samples(),
        evaluation.samples().heldout(),
        "surrogate " + lineage.encoder().digest(),
        new RunFolder(store.objects(), run.id()).steps(),
        picture(lineage.samples(), SampleStage.GRID),
        picture(lineage.coreset(), "topKept.png"),
        picture(lineage.coreset(), "topPruned.png"));
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
