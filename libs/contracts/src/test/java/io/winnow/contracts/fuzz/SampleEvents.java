package io.winnow.contracts.fuzz;

import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.Lineage;
import io.winnow.contracts.LineageKey;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.event.CoresetSelected;
import io.winnow.contracts.event.DatasetImported;
import io.winnow.contracts.event.DatasetReady;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.FeaturesReady;
import io.winnow.contracts.event.LossesScored;
import io.winnow.contracts.event.ModelEvaluated;
import io.winnow.contracts.event.ModelTrained;
import io.winnow.contracts.event.ReferenceRequested;
import io.winnow.contracts.event.ReferenceTrained;
import io.winnow.contracts.event.RunCancel;
import io.winnow.contracts.event.RunFailed;
import io.winnow.contracts.event.RunProgress;
import io.winnow.contracts.event.RunRequested;
import io.winnow.contracts.event.SamplesGenerated;
import io.winnow.contracts.event.ShardEncode;
import io.winnow.contracts.event.ShardEncoded;
import io.winnow.contracts.event.Subject;
import io.winnow.contracts.event.WeightsDerived;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.contracts.spec.RunSpec;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;

/** One event of each type, all of the run {@code r-1}. */
public final class SampleEvents {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");
  private static final ObjectRef OBJECT = new ObjectRef("a/b", "ab".repeat(32), 12, 3L);
  private static final ArtifactRef ARTIFACT = new ArtifactRef("a/1", "cd".repeat(32), OBJECT);
  private static final Run RUN = new Run("r-1", RunSpec.of(DatasetSpec.of("/d")), NOW);
  private static final Lineage LINEAGE =
      Lineage.of(ARTIFACT)
          .with(LineageKey.ENCODER, ARTIFACT)
          .with(LineageKey.FEATURES, ARTIFACT)
          .with(LineageKey.CORESET, ARTIFACT)
          .with(LineageKey.WEIGHTS, ARTIFACT);

  private SampleEvents() {}

  /** In the order of the types. */
  public static Stream<Event> all() {
    return Stream.of(
        new RunRequested(RUN),
        new DatasetImported(RUN, Lineage.of(ARTIFACT)),
        new DatasetReady(RUN, LINEAGE.with(LineageKey.LATENTS, ARTIFACT)),
        new ShardEncode(RUN, LINEAGE, Subject.DATASET, "features/1", 0, 2, OBJECT, "train"),
        new ShardEncoded(RUN, LINEAGE, Subject.SAMPLES, "features/1", 1, 2, OBJECT),
        new FeaturesReady(RUN, LINEAGE, Subject.DATASET),
        new CoresetSelected(RUN, LINEAGE),
        new ReferenceRequested(RUN, LINEAGE),
        new ReferenceTrained(RUN, LINEAGE.with(LineageKey.REFERENCE, ARTIFACT)),
        new LossesScored(RUN, LINEAGE.with(LineageKey.REFERENCE, ARTIFACT), ARTIFACT),
        new WeightsDerived(RUN, LINEAGE),
        new ModelTrained(RUN, LINEAGE.with(LineageKey.MODEL, ARTIFACT)),
        new SamplesGenerated(
            RUN,
            LINEAGE.with(LineageKey.SAMPLES, ARTIFACT).with(LineageKey.SAMPLE_FEATURES, ARTIFACT)),
        new ModelEvaluated(RUN, LINEAGE, OBJECT),
        new RunProgress(
            "r-1",
            "train",
            RunProgress.State.RUNNING,
            5,
            9,
            "images",
            2.5,
            1.6,
            "a/1",
            "m",
            Map.of("training.loss", 0.5),
            NOW),
        new RunFailed("r-1", "import", "file x is truncated", "download it again", NOW),
        new RunCancel("r-1", null, NOW));
  }
}
