package io.winnow.trainer.quality;

import io.winnow.artifacts.Coreset;
import io.winnow.artifacts.SampleSplits;
import io.winnow.artifacts.features.Features;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Lineage;
import io.winnow.contracts.LineageKey;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.Splits;
import io.winnow.contracts.StageNames;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.FeaturesReady;
import io.winnow.contracts.event.ModelEvaluated;
import io.winnow.contracts.event.Subject;
import io.winnow.datasets.Dataset;
import io.winnow.metrics.Evaluation;
import io.winnow.metrics.SampleEvaluator;
import io.winnow.stage.api.JobContext;
import io.winnow.stage.api.Stage;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.RunFolder;
import io.winnow.torch.algebra.Algebra;
import io.winnow.torch.engine.Torch;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Provider;
import java.util.List;
import java.util.Map;

/** Evaluates samples against held-out images, and writes the run's report. */
@ApplicationScoped
public class EvaluateStage implements Stage<FeaturesReady> {
  private final ArtifactStore store;
  private final Provider<Torch> torch;

  EvaluateStage(ArtifactStore store, Provider<Torch> torch) {
    this.store = store;
    this.torch = torch;
  }

  @Override
  public String name() {
    return StageNames.EVALUATE;
  }

  /** Features of the data set itself are for the selector. */
  @Override
  public boolean ready(FeaturesReady event) {
    return event.subject() == Subject.SAMPLES;
  }

  @Override
  public Address address(FeaturesReady event) {
    Lineage lineage = event.lineage();
    check(lineage);
    return Address.of(
        "evaluations",
        name(),
        "3",
        Map.of(),
        List.of(
            lineage.require(LineageKey.FEATURES).digest(),
            lineage.require(LineageKey.SAMPLE_FEATURES).digest(),
            lineage.require(LineageKey.CORESET).digest(),
            lineage.require(LineageKey.MODEL).digest()));
  }

  private void check(Lineage lineage) {
    Features features = Features.open(store, lineage.require(LineageKey.FEATURES));
    Features samples = Features.open(store, lineage.require(LineageKey.SAMPLE_FEATURES));
    if (features.rows(Splits.HELDOUT) < 2) {
      throw new InvalidInputException(
          "the features "
              + lineage.require(LineageKey.FEATURES).address()
              + " have fewer than two held-out rows",
          "import the data set with a test part, or with dataset.holdout");
    }
    if (samples.rows(SampleSplits.SAMPLES) < 2) {
      throw new InvalidInputException(
          "the features "
              + lineage.require(LineageKey.SAMPLE_FEATURES).address()
              + " have fewer than two samples",
          "raise sampling.images");
    }
    if (samples.dimension() != features.dimension() || samples.classes() != features.classes()) {
      throw new InvalidInputException(
          "samples have %d features in %d classes, held-out images %d in %d"
              .formatted(
                  samples.dimension(), samples.classes(), features.dimension(), features.classes()),
          "encode both with one surrogate");
    }
    int rows = Coreset.read(store, lineage.require(LineageKey.CORESET)).labels().length;
    if (rows != features.rows(Splits.TRAIN)) {
      throw new InvalidInputException(
          "the coreset %s was selected from %d rows, but the features have %d"
              .formatted(
                  lineage.require(LineageKey.CORESET).address(), rows, features.rows(Splits.TRAIN)),
          "select the coreset from these features");
    }
  }

  @Override
  public double cost(FeaturesReady event) {
    return event.run().spec().sampling().images();
  }

  @Override
  public void run(FeaturesReady event, JobContext work) {
    Lineage lineage = event.lineage();
    Features features = Features.open(store, lineage.require(LineageKey.FEATURES));
    Features samples = Features.open(store, lineage.require(LineageKey.SAMPLE_FEATURES));
    SampleEvaluator evaluator =
        new SampleEvaluator(
            new Algebra(torch.get()),
            samples,
            Dataset.open(store, lineage.require(LineageKey.DATASET)).classes(),
            (done, total) -> work.progress(done, total, "splits", null));
    evaluator
        .evaluate(
            features,
            Coreset.read(store, lineage.require(LineageKey.CORESET)).indices(),
            event.run().spec().training().images())
        .put(work.draft());
  }

  @Override
  public List<Event> next(FeaturesReady event, Artifact artifact) {
    Evaluation evaluation = Evaluation.read(store, artifact);
    ObjectRef report =
        new RunFolder(store.objects(), event.runId())
            .report(new Reports(store).of(event.run(), event.lineage(), evaluation));
    return List.of(new ModelEvaluated(event.run(), event.lineage(), report));
  }
}
