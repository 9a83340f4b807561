package io.winnow.trainer.quality;

import io.winnow.contracts.Json;
import io.winnow.contracts.ObjectRef;
import io.winnow.storage.artifact.ArtifactDraft;
import io.winnow.storage.artifact.ArtifactStore;
import io.winnow.storage.artifact.Committed;

/**
 * How good a model's samples are; the object {@value #OBJECT} of an evaluation's artifact.
 *
 * @param samples of the trained model
 * @param untrained of the same model before training, null when none were drawn
 */
public record Evaluation(SampleQuality samples, SampleQuality untrained) {
  static final String OBJECT = "evaluation.json";

  void put(ArtifactDraft draft) {
    draft.put(OBJECT, Json.bytes(this), null, null);
    draft.attribute("frechet", samples.distance());
    draft.attribute("frechetPerClass", samples.perClass());
    draft.attribute("rowsForClass", samples.rowsForClass());
    draft.attribute("samples", samples.samples());
    draft.attribute("heldout", samples.heldout());
    if (untrained != null) {
      draft.attribute("frechetUntrained", untrained.distance());
    }
  }

  /**
   * @throws io.winnow.contracts.InvalidInputException the artifact is no evaluation
   */
  static Evaluation read(ArtifactStore store, Committed artifact) {
    ObjectRef object = artifact.entry(OBJECT).object();
    return Json.parse(store.objects().get(object), Evaluation.class, "object " + object.key());
  }
}
