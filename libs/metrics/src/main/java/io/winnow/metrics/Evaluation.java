package io.winnow.metrics;

import io.winnow.contracts.Json;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.run.ClassQuality;
import io.winnow.contracts.run.CurvePoint;
import io.winnow.contracts.run.Measure;
import io.winnow.contracts.run.Quality;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The quality of a model's samples; the object {@value #OBJECT} of an evaluation artifact.
 *
 * @param samples of the trained model
 * @param untrained Fréchet distance of the same number of samples of the untrained model, or null
 *     if none were drawn
 * @param curve quality along the training, in ascending order; the last point is the final model
 * @param rowsForClass minimum rows per class on both sides for a Fréchet distance of the class
 */
public record Evaluation(
    Quality samples, Double untrained, List<Snapshot> curve, long rowsForClass) {
  static final String OBJECT = "evaluation.json";

  /**
   * A {@link CurvePoint} without its seconds, which differ between runs of the same training,
   * whereas the bytes of an artifact must not.
   */
  public record Snapshot(long images, Measure frechet, List<Double> perClass, long samples) {
    public Snapshot {
      perClass = Collections.unmodifiableList(new ArrayList<>(perClass));
    }

    public CurvePoint after(double seconds) {
      return new CurvePoint(images, seconds, frechet, perClass, samples);
    }
  }

  public Evaluation {
    curve = List.copyOf(curve);
  }

  public void put(ArtifactDraft draft) {
    draft.put(OBJECT, Json.bytes(this), null, null);
    draft.attribute("frechet", samples.frechet().value());
    draft.attribute(
        "frechetPerClass", samples.perClass().stream().map(ClassQuality::frechet).toList());
    draft.attribute("rowsForClass", rowsForClass);
    draft.attribute("samples", samples.samples());
    draft.attribute("heldout", samples.heldout());
    draft.attribute("kid", samples.kid().value());
    if (untrained != null) {
      draft.attribute("frechetUntrained", untrained);
    }
  }

  /**
   * @throws io.winnow.contracts.InvalidInputException the artifact is not an evaluation
   */
  public static Evaluation read(ArtifactStore store, Artifact artifact) {
    ObjectRef object = artifact.entry(OBJECT).object();
    return Json.read(store.objects().get(object), Evaluation.class, "object " + object.key());
  }
}
