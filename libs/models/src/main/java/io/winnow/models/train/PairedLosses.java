package io.winnow.models.train;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Seeds;
import io.winnow.models.architecture.Backbone;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.architecture.KernelAssembler;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.Arguments;
import io.winnow.torch.engine.ParameterBuckets;
import io.winnow.torch.engine.ScriptModule;
import io.winnow.torch.engine.ScriptModule.Gradients;
import io.winnow.torch.engine.Staging;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.kernel.KernelSource;
import io.winnow.torch.kernel.Layout;
import io.winnow.torch.kernel.Namespace;
import io.winnow.torch.kernel.NetworkOptions;
import java.util.Map;

/**
 * The losses of a model in training and of a trained one, the reference, on the same (x, t, ε) by
 * one call: the kernel holds both networks, whose architectures may differ, and draws t and ε once.
 * The losses are those of {@link DenoiserTrainer#losses} and of {@link
 * io.winnow.models.sample.Denoiser#losses} with the same seed, bit for bit. Not safe for use from
 * several threads.
 */
public final class PairedLosses implements AutoCloseable {
  private static final Namespace REFERENCE = Namespace.of("reference");

  private static final String PAIRED =
      """
      # losses of both networks without training; seeds holds that of (t, noise)
      def paired_losses(self: __torch__.Kernel, images: Tensor, y: Tensor, flat: List[Tensor], reference: List[Tensor], table: Tensor, seeds: Tensor) -> List[Tensor]:
        x0 = (self).pixels(images, )
        t, noise, = (self).draw(x0, torch.size(table, 1), int(seeds[0]), )
        mine = (self).sample_losses(x0, t, noise, y, (self).parameters(flat, ), table, False, 0, )
        theirs = (self).reference_sample_losses(x0, t, noise, y, (self).reference_parameters(reference, ), table, False, 0, )
        return [mine, theirs]
      """;

  /**
   * @param proxy the mean squared error of each of B images under the model in training
   * @param reference the same under the reference
   */
  public record Losses(float[] proxy, float[] reference) {}

  private final DenoiserTrainer proxy;
  private final TrainingPlan plan;
  private final NDManager owner;
  private final ScriptModule kernel;
  private final ParameterBuckets reference;
  private final Staging images = new Staging();
  private final Staging labels = new Staging();
  private final Staging seeds = new Staging();

  private PairedLosses(
      Torch torch, DenoiserTrainer proxy, DenoiserConfig reference, Map<String, Tensor> weights) {
    this.proxy = proxy;
    this.plan = proxy.plan();
    requireSameImages(plan.model(), reference);
    this.owner = torch.newScope();
    try {
      Backbone other = Backbone.of(reference, options(plan, torch.layout()).in(REFERENCE));
      this.reference =
          ParameterBuckets.upload("reference", owner, other.network().parameters(), weights, "");
      this.kernel = torch.kernel(kernel(plan, plan.backbone(torch.layout()), other));
    } catch (RuntimeException e) {
      owner.close();
      throw e;
    }
  }

  /**
   * A model in training beside a reference that was trained with the same noise schedule.
   *
   * @param proxy not closed here; its losses are those of its weights at each call
   * @param reference the architecture of the reference
   * @param weights the reference's, by parameter name
   * @throws InvalidInputException if the weights are of another model, or the two models see other
   *     images or classes
   */
  public static PairedLosses open(
      Torch torch, DenoiserTrainer proxy, DenoiserConfig reference, Map<String, Tensor> weights) {
    return new PairedLosses(torch, proxy, reference, weights);
  }

  /**
   * @param seed of t (stratified over the batch) and ε
   * @param images uint8, B×C×H×W row-major; of latents the bytes of float32
   * @param labels B labels in [0, classes)
   */
  public Losses of(long seed, byte[] images, int[] labels) {
    ModelBatch batch = ModelBatch.labelled(plan.model(), images, labels);
    try (NDManager scope = owner.newSubManager()) {
      NDList results =
          kernel.call(
              scope,
              "paired_losses",
              Gradients.NONE,
              Arguments.none()
                  .add(batch.examples(scope, this.images), batch.conditions(scope, this.labels))
                  .add(proxy.parameters())
                  .add(reference)
                  .add(
                      proxy.table(),
                      seeds.ofLongs(scope, Torch.generatorSeed(Seeds.of(seed, "noise")))));
      return new Losses(results.get(0).toFloatArray(), results.get(1).toFloatArray());
    }
  }

  /** The readable kernel of a proxy's plan and a reference on the processor. */
  public static KernelSource kernel(TrainingPlan proxy, DenoiserConfig reference) {
    NetworkOptions options = options(proxy, Layout.CONTIGUOUS).in(REFERENCE);
    return kernel(proxy, proxy.backbone(Layout.CONTIGUOUS), Backbone.of(reference, options));
  }

  private static NetworkOptions options(TrainingPlan plan, Layout layout) {
    return new NetworkOptions(Namespace.ROOT, plan.precision(), layout);
  }

  private static KernelSource kernel(TrainingPlan plan, Backbone proxy, Backbone reference) {
    Prediction prediction = plan.schedule().prediction();
    return KernelAssembler.of("losses of two denoisers")
        .add(proxy)
        .add(reference)
        .add(ObjectiveKernel.lossFunctions(proxy, prediction))
        .add(ObjectiveKernel.sampleLosses(reference, prediction))
        .add(PAIRED)
        .source();
  }

  private static void requireSameImages(DenoiserConfig proxy, DenoiserConfig reference) {
    if (!proxy.example().equals(reference.example())
        || !proxy.conditioning().equals(reference.conditioning())) {
      throw new InvalidInputException(
          "a reference of %s and %d classes cannot be compared with a proxy of %s and %d classes"
              .formatted(
                  reference.example(), reference.classCount(), proxy.example(), proxy.classCount()),
          "give a reference for the same images and classes");
    }
  }

  /** Frees the reference; the model in training stays. */
  @Override
  public void close() {
    owner.close();
  }
}
