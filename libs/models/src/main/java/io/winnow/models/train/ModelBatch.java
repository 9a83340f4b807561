package io.winnow.models.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.winnow.contracts.InvalidInputException;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.denoiser.Conditions;
import io.winnow.models.denoiser.ExampleSpec;
import io.winnow.models.denoiser.ValueRange;
import io.winnow.torch.engine.Staging;

/**
 * Examples and their conditions, checked against a model.
 *
 * @param model what they are for
 * @param examples B×C×H×W row-major: uint8 for pixels, the bytes of float32 (little-endian) for
 *     latents
 * @param conditions B conditions
 */
public record ModelBatch(DenoiserConfig model, byte[] examples, Conditions conditions) {
  /**
   * @throws InvalidInputException if the sizes do not agree or a condition does not fit the model
   */
  public ModelBatch {
    ExampleSpec example = model.example();
    if (conditions.count() == 0 || examples.length != (long) conditions.count() * example.bytes()) {
      throw new InvalidInputException(
          "%d bytes of images do not hold %d images of %d×%d×%d"
              .formatted(
                  examples.length,
                  conditions.count(),
                  example.channels(),
                  example.height(),
                  example.width()),
          "give images of the model's size, %d bytes per value, and one condition each"
              .formatted(example.range().bytes()));
    }
    conditions.requireFit(model.conditioning());
  }

  /** Examples with one class label each. */
  public static ModelBatch labelled(DenoiserConfig model, byte[] examples, int[] labels) {
    return new ModelBatch(model, examples, new Conditions.Labels(labels));
  }

  /** B. */
  public int size() {
    return conditions.count();
  }

  /** The shape of one number per sample, B. */
  Shape perSample() {
    return new Shape(size());
  }

  /** The examples as the engine has them: uint8 B×C×H×W, or float32 for latents. */
  public NDArray examples(NDManager scope, Staging staging) {
    Shape shape = model.example().batch(size());
    return model.example().range() == ValueRange.PIXELS
        ? staging.ofBytes(scope, examples, shape)
        : staging.ofFloatBytes(scope, examples, shape);
  }

  /** The conditions as the engine has them. */
  public NDArray conditions(NDManager scope, Staging staging) {
    return conditions.upload(scope, staging, model.conditioning());
  }
}
