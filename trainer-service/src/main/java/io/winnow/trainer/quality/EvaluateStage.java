package io.winnow.trainer.quality;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Lineage;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.FeaturesReady;
import io.winnow.contracts.event.ModelEvaluated;
import io.winnow.contracts.event.Subject;
import io.winnow.stage.Stage;
import io.winnow.stage.Work;
import io.winnow.storage.artifact.Address;
import io.winnow.storage.artifact.ArtifactStore;
import io.winnow.storage.artifact.Committed;
import io.winnow.storage.artifact.RunFolder;
import io.winnow.storage.features.Features;
import io.winnow.trainer.sample.SampleStage;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;

/** Features of samples and of held-out images to Fréchet distances and the run's report. */
@ApplicationScoped
public class EvaluateStage implements Stage<FeaturesReady> {
  private static final String HELDOUT = "heldout";

  private final ArtifactStore store;

  EvaluateStage(ArtifactStore store) {
    this.store = store;
  }

  @Override
  public String name() {
    return "evaluate";
  }

  /** Features of the data set itself are the selector's. */
  @Override
  public boolean ready(FeaturesReady event) {
    return event.subject() == Subject.SAMPLES;
  }

  @Override
  public Address address(FeaturesReady event) {
    Lineage lineage = event.lineage();
    if (Features.open(store, lineage.features()).rows(HELDOUT) == 0) {
      throw new InvalidInputException(
          "the features " + lineage.features().address() + " have no held-out rows",
          "import the data set with a test part, or with dataset.holdout");
    }
    return Address.of(
        "evaluations",
        name(),
        "1",
        Map.of(),
        List.of(lineage.features().digest(), lineage.sampleFeatures().digest()));
  }

  @Override
  public void run(FeaturesReady event, Work work) {
    Features heldout = Features.open(store, event.lineage().features());
    Features samples = Features.open(store, event.lineage().sampleFeatures());
    boolean baseline = samples.rows(SampleStage.UNTRAINED) > 0;
    int total = baseline ? 2 : 1;
    work.progress(0, total, "distances", null);
    SampleQuality trained = quality(samples, SampleStage.SAMPLES, heldout);
    work.progress(1, total, "distances", null);
    SampleQuality untrained = null;
    if (baseline) {
      untrained = quality(samples, SampleStage.UNTRAINED, heldout);
      work.progress(2, total, "distances", null);
    }
    new Evaluation(trained, untrained).put(work.draft());
  }

  private static SampleQuality quality(Features samples, String split, Features heldout) {
    return SampleQuality.of(samples.statistics(split), heldout.statistics(HELDOUT));
  }

  @Override
  public List<Event> next(FeaturesReady event, Committed artifact) {
    Evaluation evaluation = Evaluation.read(store, artifact);
    ObjectRef report =
        new RunFolder(store.objects(), event.runId())
            .report(new Reports(store).of(event.run(), event.lineage(), evaluation));
    return List.of(new ModelEvaluated(event.run(), event.lineage(), report));
  }
}
