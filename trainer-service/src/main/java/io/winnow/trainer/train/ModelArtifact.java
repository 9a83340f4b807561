package io.winnow.trainer.train;

import io.winnow.artifacts.TrainingLosses;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.ModelSpec;
import io.winnow.datasets.Dataset;
import io.winnow.models.ModelFile;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.denoiser.ExampleSpec;
import io.winnow.models.latent.LatentSpace;
import io.winnow.models.train.TrainingPlan;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.tensor.Tensor;

/** The artifact of a diffusion model: {@link ModelFile}, its weights, and its training losses. */
final class ModelArtifact {
  private ModelArtifact() {}

  /**
   * @throws InvalidInputException the architecture does not fit the data set's images
   */
  static DenoiserConfig config(ModelSpec model, Dataset dataset) {
    return DenoiserConfig.of(model, ExampleSpec.of(dataset.shape()), dataset.classes().size());
  }

  /** What a plan makes of a data set of images, or of latents. */
  static ModelFile file(TrainingPlan plan, Dataset dataset) {
    return new ModelFile(plan.model(), plan.schedule(), dataset.classes(), LatentSpace.of(dataset));
  }

  static void put(ArtifactDraft draft, ModelFile model, TrainingLoop.Trained trained) {
    model.put(draft);
    draft.putTensors(ModelFile.EMA_WEIGHTS, trained.ema(), null, null);
    draft.putTensors(ModelFile.LAST_WEIGHTS, trained.raw(), null, null);
    float[] losses = trained.losses();
    TrainingLosses.write(draft, losses);
    draft.attribute("steps", losses.length);
    draft.attribute(
        "parameters", trained.raw().values().stream().mapToLong(Tensor::elements).sum());
  }
}
