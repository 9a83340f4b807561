package io.winnow.models;

import io.winnow.datasets.ImageBatch;
import io.winnow.datasets.ImageGrid;
import io.winnow.datasets.ImageShape;
import io.winnow.models.sample.SampleRequest;
import io.winnow.models.sample.SampleRequest.Weights;
import io.winnow.models.sample.SamplingPlan;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.Torch;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CancellationException;

/**
 * Draws on demand from a model of the store. All native memory is freed when a call returns; the
 * engine's settings and generators are left as they are, so a training beside it computes the same
 * bits.
 *
 * @param model its configuration
 * @param request what to draw
 * @param labels the class of each image
 * @param plan how they are drawn
 */
public record ModelSampler(
    ModelFile model, SampleRequest request, int[] labels, SamplingPlan plan) {

  /**
   * Images and how they are shown: a row a class, or a square of one class.
   *
   * @param images in the order they are shown in
   * @param columns images a row
   */
  public record Picture(ImageBatch images, int columns) {
    /** The grid as PNG. */
    public byte[] png() {
      return ImageGrid.png(images, columns);
    }
  }

  /**
   * A request checked against a model.
   *
   * @throws io.winnow.contracts.InvalidInputException the model cannot do what is asked
   */
  public static ModelSampler of(ModelFile model, SampleRequest request) {
    int[] labels = request.labels(model.classes());
    return new ModelSampler(model, request, labels, request.plan(model.schedule(), labels.length));
  }

  /**
   * The weights of {@code artifact} that the request asks for.
   *
   * @throws io.winnow.contracts.InvalidInputException the artifact has no such weights
   */
  public static Map<String, Tensor> weights(ArtifactStore store, Artifact artifact, Weights which) {
    return ModelFile.weights(
        store, artifact, which == Weights.EMA ? ModelFile.EMA_WEIGHTS : ModelFile.LAST_WEIGHTS);
  }

  /**
   * Draws, batch by batch, with weights that are loaded only now.
   *
   * @throws io.winnow.contracts.InvalidInputException the weights are another model's
   * @throws CancellationException the thread was interrupted
   */
  public Picture draw(Torch torch, ArtifactStore store, Artifact artifact) {
    Map<String, Tensor> weights = weights(store, artifact, request.weights());
    ImageShape shape = model.pictures();
    byte[] images = new byte[Math.multiplyExact(labels.length, shape.bytes())];
    try (PictureSampler sampler = model.sampler(torch, store, weights)) {
      for (int start = 0; start < labels.length; start += plan.batch()) {
        if (Thread.currentThread().isInterrupted()) {
          throw new CancellationException("sampling was interrupted");
        }
        int end = Math.min(start + plan.batch(), labels.length);
        byte[] drawn = sampler.sample(plan, Arrays.copyOfRange(labels, start, end), start);
        System.arraycopy(drawn, 0, images, start * shape.bytes(), drawn.length);
      }
    }
    return arranged(new ImageBatch(shape, images, labels));
  }

  private Picture arranged(ImageBatch drawn) {
    if (request.label() != null) {
      return new Picture(drawn, (int) Math.ceil(Math.sqrt(drawn.rows())));
    }
    return new Picture(ImageGrid.byClass(drawn, model.classes().size(), request.n()), request.n());
  }
}
