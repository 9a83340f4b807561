package io.winnow.models.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Seeds;
import io.winnow.models.architecture.Backbone;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.Arguments;
import io.winnow.torch.engine.ParameterBuckets;
import io.winnow.torch.engine.ScriptModule;
import io.winnow.torch.engine.ScriptModule.Gradients;
import io.winnow.torch.engine.Staging;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.kernel.Network;
import io.winnow.torch.optimiser.OptimiserState;
import java.util.Map;

/**
 * Trains a denoiser, with one call into the engine per step. Deterministic: the weights depend on
 * the plan, the batches and their step numbers, and the engine's number of threads. Not safe for
 * use from several threads.
 */
public final class DenoiserTrainer implements AutoCloseable {
  private final TrainingPlan plan;
  private final NDManager owner;
  private final ScriptModule kernel;
  private final OptimiserState state;
  private final NDArray table;
  private final DenoisingLosses losses;
  private final Staging images = new Staging();
  private final Staging labels = new Staging();
  private final Staging weights = new Staging();
  private final Staging rates = new Staging();
  private final Staging seeds = new Staging();

  private DenoiserTrainer(Torch torch, TrainingPlan plan, Map<String, Tensor> saved) {
    this.plan = plan;
    this.owner = torch.newScope();
    try {
      Backbone backbone = plan.backbone(torch.layout());
      Network network = backbone.network();
      this.kernel = torch.kernel(plan.kernel(backbone));
      this.state =
          saved == null
              ? OptimiserState.initial(plan.optimiser(), network.parameters(), owner, plan.seed())
              : OptimiserState.restore(plan.optimiser(), network.parameters(), owner, saved);
      this.table =
          NoiseTable.upload(
              owner,
              plan.schedule(),
              plan.objective().minSnr(),
              plan.model().architecture().learnsVariance());
      this.losses = new DenoisingLosses(kernel, table);
    } catch (RuntimeException e) {
      owner.close();
      throw e;
    }
  }

  /** A trainer before its first step. */
  public static DenoiserTrainer create(Torch torch, TrainingPlan plan) {
    return new DenoiserTrainer(torch, plan, null);
  }

  /**
   * A trainer that continues as if it had never stopped.
   *
   * @param state what {@link #state()} gave under an equal plan
   * @throws InvalidInputException if it is the state of another model
   */
  public static DenoiserTrainer restore(Torch torch, TrainingPlan plan, Map<String, Tensor> state) {
    return new DenoiserTrainer(torch, plan, Map.copyOf(state));
  }

  /**
   * Draws t and ε, and updates the weights, their EMA and the optimiser's moments.
   *
   * @param step counted from 0; decides the draws and the learning rate
   * @param images uint8, B×C×H×W row-major, or the bytes of latents in float32; trained on as they
   *     are
   * @param labels B labels in [0, classes)
   * @param weights B weights of the samples' losses, not negative, not all 0; only their ratios
   *     count
   * @throws TrainingDivergedException if a loss or the gradient is not finite; nothing has changed
   *     then
   * @throws InvalidInputException if the batch does not fit the model
   */
  public StepResult step(long step, byte[] images, int[] labels, float[] weights) {
    return step(step, ModelBatch.labelled(plan.model(), images, labels), weights);
  }

  /** One step on examples with any condition; see the other {@code step}. */
  public StepResult step(long step, ModelBatch batch, float[] weights) {
    requireWeights(weights, batch.size());
    try (NDManager scope = owner.newSubManager()) {
      Arguments arguments =
          Arguments.none()
              .add(
                  batch.examples(scope, this.images),
                  batch.conditions(scope, this.labels),
                  this.weights.ofFloats(scope, weights, batch.perSample()));
      state.addTo(arguments);
      arguments.add(
          table,
          rates.ofDoubles(scope, plan.optimiser().rate(step), plan.optimiser().emaDecay(step)),
          seeds.ofLongs(
              scope,
              drawSeed("train.noise", step),
              drawSeed("train.augment", step),
              drawSeed("train.dropout", step),
              drawSeed("train.secondPass", step)));
      NDList results = kernel.call(scope, "train_step", Gradients.RECORD, arguments);
      return new StepResult(results.get(0).toFloatArray(), results.get(1).getFloat())
          .requireFinite(step);
    }
  }

  private long drawSeed(String name, long step) {
    return Torch.generatorSeed(Seeds.of(plan.seed(), name, step));
  }

  private static void requireWeights(float[] weights, int size) {
    double sum = 0;
    for (float weight : weights) {
      if (!(weight >= 0) || weight == Float.POSITIVE_INFINITY) {
        throw new InvalidInputException(
            "a sample's weight cannot be " + weight, "give finite weights, 0 or more");
      }
      sum += weight;
    }
    if (weights.length != size || sum == 0) {
      throw new InvalidInputException(
          "%d weights with sum %s cannot weigh %d samples".formatted(weights.length, sum, size),
          "give one weight a sample, at least one above 0");
    }
  }

  /**
   * Each image's mean squared error of ε under the present weights, without training: no dropout,
   * no mirroring, no dropped label.
   *
   * @param seed of t and ε: the same as with {@link io.winnow.models.sample.Denoiser#losses}
   * @param images uint8, B×C×H×W row-major
   * @param labels B labels in [0, classes)
   * @return B losses
   */
  public float[] losses(long seed, byte[] images, int[] labels) {
    return losses.of(
        owner, state.weights(), seed, ModelBatch.labelled(plan.model(), images, labels));
  }

  TrainingPlan plan() {
    return plan;
  }

  /** The present weights, in place. */
  ParameterBuckets parameters() {
    return state.weights();
  }

  /** The schedule. */
  NDArray table() {
    return table;
  }

  /**
   * All that {@link #restore} needs: weights, EMA, the optimiser's moments and updates, by name.
   */
  public Map<String, Tensor> state() {
    return state.export();
  }

  /** The present weights by parameter name. */
  public Map<String, Tensor> weights() {
    return state.exportWeights();
  }

  /** The EMA of the weights by parameter name: what to sample from. */
  public Map<String, Tensor> emaWeights() {
    return state.exportEma();
  }

  /** Frees the native memory. */
  @Override
  public void close() {
    owner.close();
  }
}
