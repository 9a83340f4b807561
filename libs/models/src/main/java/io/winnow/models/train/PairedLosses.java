package io.winnow.models.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Seeds;
import io.winnow.models.unet.ImageBatch;
import io.winnow.models.unet.Unet;
import io.winnow.models.unet.UnetConfig;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.ParameterVector;
import io.winnow.torch.engine.ScriptModule;
import io.winnow.torch.engine.ScriptModule.Gradients;
import io.winnow.torch.engine.Staging;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.kernel.KernelSource;
import io.winnow.torch.kernel.Layout;
import io.winnow.torch.kernel.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The losses of a model in training and of a trained one, the reference, on the same (x, t, ε) by
 * one call: the kernel holds both networks, whose architectures may differ, and draws t and ε once.
 * The losses are those of {@link DenoiserTrainer#losses} and of {@link
 * io.winnow.models.sample.Denoiser#losses} with the same seed, bit for bit. Not safe for use from
 * several threads.
 */
public final class PairedLosses implements AutoCloseable {
  private static final String REFERENCE = "reference_";

  private static final String PAIRED =
      """
      # losses of both networks without training; seeds holds that of (t, noise)
      def paired_losses(self: __torch__.Kernel, images: Tensor, y: Tensor, flat: Tensor, reference: Tensor, table: Tensor, seeds: Tensor) -> List[Tensor]:
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
  private final NDArray reference;
  private final Staging images = new Staging();
  private final Staging labels = new Staging();
  private final Staging seeds = new Staging();

  private PairedLosses(
      Torch torch, DenoiserTrainer proxy, UnetConfig reference, Map<String, Tensor> weights) {
    this.proxy = proxy;
    this.plan = proxy.plan();
    requireSameImages(plan.model(), reference);
    this.owner = torch.newScope();
    try {
      Network network = Unet.write(reference, plan.precision(), torch.layout());
      this.reference = ParameterVector.upload(owner, network.parameters(), weights, "");
      this.kernel = torch.kernel(kernel(plan, reference, torch.layout()));
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
      Torch torch, DenoiserTrainer proxy, UnetConfig reference, Map<String, Tensor> weights) {
    return new PairedLosses(torch, proxy, reference, weights);
  }

  /**
   * @param seed of t (stratified over the batch) and ε
   * @param images uint8, B×C×H×W row-major; of latents the bytes of float32
   * @param labels B labels in [0, classes)
   */
  public Losses of(long seed, byte[] images, int[] labels) {
    ImageBatch batch = new ImageBatch(plan.model(), images, labels, plan.values().bytes());
    try (NDManager scope = owner.newSubManager()) {
      NDList results =
          kernel.call(
              scope,
              "paired_losses",
              Gradients.NONE,
              batch.images(scope, this.images),
              this.labels.ofInts(scope, labels, batch.labelShape()),
              proxy.vector(),
              reference,
              proxy.table(),
              seeds.ofLongs(scope, Torch.generatorSeed(Seeds.of(seed, "noise"))));
      return new Losses(results.get(0).toFloatArray(), results.get(1).toFloatArray());
    }
  }

  /** The readable kernel of a proxy's plan and a reference on the processor. */
  public static KernelSource kernel(TrainingPlan proxy, UnetConfig reference) {
    return kernel(proxy, reference, Layout.CONTIGUOUS);
  }

  private static KernelSource kernel(TrainingPlan proxy, UnetConfig reference, Layout layout) {
    Network network = Unet.write(reference, proxy.precision(), layout);
    List<String> functions = new ArrayList<>(proxy.network(layout).functions());
    functions.addAll(network.functionsBeside(REFERENCE));
    functions.addAll(ObjectiveKernel.lossFunctions(proxy.schedule().prediction(), proxy.values()));
    functions.add(
        Network.renamed(
            ObjectiveKernel.sampleLosses(proxy.schedule().prediction()),
            List.of("sample_losses", "predict"),
            REFERENCE));
    functions.add(PAIRED);
    return new KernelSource("losses of two denoisers", functions);
  }

  private static void requireSameImages(UnetConfig proxy, UnetConfig reference) {
    if (proxy.imageSize() != reference.imageSize()
        || proxy.imageChannels() != reference.imageChannels()
        || proxy.classes() != reference.classes()) {
      throw new InvalidInputException(
          "a reference of %d×%d×%2$d and %d classes cannot be compared with a proxy of %d×%d×%5$d and %d classes"
              .formatted(
                  reference.imageChannels(),
                  reference.imageSize(),
                  reference.classes(),
                  proxy.imageChannels(),
                  proxy.imageSize(),
                  proxy.classes()),
          "give a reference for the same images and classes");
    }
  }

  /** Frees the reference; the model in training stays. */
  @Override
  public void close() {
    owner.close();
  }
}
