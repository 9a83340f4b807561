package io.winnow.models.surrogate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Seeds;
import io.winnow.models.train.StepResult;
import io.winnow.models.train.TrainingDivergedException;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.Arguments;
import io.winnow.torch.engine.ScriptModule;
import io.winnow.torch.engine.ScriptModule.Gradients;
import io.winnow.torch.engine.Staging;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.kernel.Network;
import io.winnow.torch.optimiser.OptimiserState;
import java.util.Arrays;
import java.util.Map;

/**
 * Trains a classifier that serves as surrogate, with one call into the engine per step. As
 * deterministic as {@link io.winnow.models.train.DenoiserTrainer}. Not safe for use from several
 * threads.
 */
public final class ClassifierTrainer implements AutoCloseable {
  private static final int PREDICTION_BATCH = 128;

  private final ClassifierPlan plan;
  private final NDManager owner;
  private final ScriptModule kernel;
  private final OptimiserState state;
  private final Staging images = new Staging();
  private final Staging labels = new Staging();
  private final Staging rates = new Staging();
  private final Staging seeds = new Staging();

  private ClassifierTrainer(Torch torch, ClassifierPlan plan, Map<String, Tensor> saved) {
    this.plan = plan;
    this.owner = torch.newScope();
    try {
      Network network = ClassifierKernel.network(plan.model());
      this.kernel = torch.kernel(ClassifierKernel.training(network, plan.optimiser(), plan.flip()));
      this.state =
          saved == null
              ? OptimiserState.initial(plan.optimiser(), network.parameters(), owner, plan.seed())
              : OptimiserState.restore(plan.optimiser(), network.parameters(), owner, saved);
    } catch (RuntimeException e) {
      owner.close();
      throw e;
    }
  }

  /** A trainer before its first step. */
  public static ClassifierTrainer create(Torch torch, ClassifierPlan plan) {
    return new ClassifierTrainer(torch, plan, null);
  }

  /**
   * A trainer that resumes from a saved state, with the same result as without the interruption.
   *
   * @param state from {@link #state()}, saved under an equal plan
   * @throws InvalidInputException if it is the state of another model
   */
  public static ClassifierTrainer restore(
      Torch torch, ClassifierPlan plan, Map<String, Tensor> state) {
    return new ClassifierTrainer(torch, plan, Map.copyOf(state));
  }

  /**
   * Updates the weights, their EMA and the optimiser's moments by one step on the mean cross
   * entropy.
   *
   * @param step counted from 0
   * @param images uint8, B×C×H×W row-major
   * @param labels B labels in [0, classes)
   * @return each sample's cross entropy in nats before the update
   * @throws TrainingDivergedException if a loss or the gradient is not finite; the state is then
   *     unchanged
   */
  public StepResult step(long step, byte[] images, int[] labels) {
    requireLabels(labels);
    try (NDManager scope = owner.newSubManager()) {
      Arguments arguments =
          Arguments.none()
              .add(
                  upload(scope, images, labels.length),
                  this.labels.ofInts(scope, labels, new Shape(labels.length)));
      state.addTo(arguments);
      arguments.add(
          rates.ofDoubles(scope, plan.optimiser().rate(step), plan.optimiser().emaDecay(step)));
      arguments.add(
          seeds.ofLongs(
              scope, Torch.generatorSeed(Seeds.of(plan.seed(), "classifier.augment", step))));
      NDList results = kernel.call(scope, "train_step", Gradients.RECORD, arguments);
      return new StepResult(results.get(0).toFloatArray(), results.get(1).getFloat())
          .requireFinite(step);
    }
  }

  /**
   * The share of images that the EMA of the weights classifies correctly.
   *
   * @param images uint8, B×C×H×W row-major, any B
   * @return in [0, 1]
   */
  public double accuracy(byte[] images, int[] labels) {
    requireLabels(labels);
    int pixels = images.length / labels.length;
    int correct = 0;
    for (int start = 0; start < labels.length; start += PREDICTION_BATCH) {
      int end = Math.min(labels.length, start + PREDICTION_BATCH);
      try (NDManager scope = owner.newSubManager()) {
        byte[] batch = Arrays.copyOfRange(images, start * pixels, end * pixels);
        NDArray input = upload(scope, batch, end - start);
        long[] predicted =
            kernel
                .call(
                    scope, "predict", Gradients.NONE, Arguments.none().add(input).add(state.ema()))
                .head()
                .toLongArray();
        for (int i = start; i < end; i++) {
          correct += predicted[i - start] == labels[i] ? 1 : 0;
        }
      }
    }
    return (double) correct / labels.length;
  }

  private NDArray upload(NDManager scope, byte[] images, int count) {
    ClassifierConfig model = plan.model();
    Shape shape = new Shape(count, model.imageChannels(), model.imageSize(), model.imageSize());
    if (images.length != shape.size()) {
      throw new InvalidInputException(
          "%d bytes are not %d images of %d×%d×%4$d"
              .formatted(images.length, count, model.imageChannels(), model.imageSize()),
          "provide images of the classifier's size, one byte per channel, and one label for each");
    }
    return this.images.ofBytes(scope, images, shape);
  }

  private void requireLabels(int[] labels) {
    for (int label : labels) {
      if (label < 0 || label >= plan.model().classes()) {
        throw new InvalidInputException(
            "label %d is not one of the classifier's %d classes"
                .formatted(label, plan.model().classes()),
            "use labels from 0 to " + (plan.model().classes() - 1));
      }
    }
    if (labels.length == 0) {
      throw new InvalidInputException("no images to classify", "provide at least 1");
    }
  }

  /** The state that {@link #restore} needs, by name. */
  public Map<String, Tensor> state() {
    return state.export();
  }

  /** The EMA of the weights, by parameter name, for {@link Surrogate#trained}. */
  public Map<String, Tensor> emaWeights() {
    return state.exportEma();
  }

  /** Frees the native memory. */
  @Override
  public void close() {
    owner.close();
  }
}
