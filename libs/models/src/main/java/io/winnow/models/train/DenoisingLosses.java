package io.winnow.models.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.winnow.contracts.Seeds;
import io.winnow.torch.engine.Arguments;
import io.winnow.torch.engine.ParameterBuckets;
import io.winnow.torch.engine.ScriptModule;
import io.winnow.torch.engine.ScriptModule.Gradients;
import io.winnow.torch.engine.Staging;
import io.winnow.torch.engine.Torch;

/**
 * The one call by which a model's losses are taken without training it, so that models which see
 * the same images with the same seed see the same (t, ε).
 */
public final class DenoisingLosses {
  private final ScriptModule kernel;
  private final NDArray table;
  private final Staging images = new Staging();
  private final Staging labels = new Staging();
  private final Staging seeds = new Staging();

  /**
   * @param kernel one with {@link ObjectiveKernel#lossFunctions}
   * @param table the schedule, float32 3×T or more rows
   */
  public DenoisingLosses(ScriptModule kernel, NDArray table) {
    this.kernel = kernel;
    this.table = table;
  }

  /**
   * @param weights the parameters
   * @param seed of t (stratified over the batch) and ε
   * @return each image's mean squared error of ε: no dropout, no mirroring, no dropped label
   */
  public float[] of(NDManager owner, ParameterBuckets weights, long seed, ModelBatch batch) {
    try (NDManager scope = owner.newSubManager()) {
      return kernel
          .call(
              scope,
              "losses",
              Gradients.NONE,
              Arguments.none()
                  .add(batch.examples(scope, images), batch.conditions(scope, labels))
                  .add(weights)
                  .add(table, seeds.ofLongs(scope, Torch.generatorSeed(Seeds.of(seed, "noise")))))
          .head()
          .toFloatArray();
    }
  }
}
