package io.winnow.models.exchange;

import io.winnow.contracts.Causes;
import io.winnow.contracts.Json;
import io.winnow.models.ModelFile;
import io.winnow.models.architecture.Backbone;
import io.winnow.models.denoiser.ExampleSpec;
import io.winnow.store.local.AtomicFile;
import io.winnow.store.tensor.DType;
import io.winnow.store.tensor.SafeTensors;
import io.winnow.store.tensor.ShardedSafeTensors;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.kernel.KernelArchive;
import io.winnow.torch.kernel.ModuleState;
import io.winnow.torch.kernel.NetworkOptions;
import io.winnow.torch.kernel.ParameterTable;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes a model as one file that needs no Winnow to be read. Equal models give equal bytes; a file
 * appears under its name only when it is whole.
 */
public final class ModelExport {
  private static final long MOST_OF_A_FILE = 5_000_000_000L;

  private ModelExport() {}

  /**
   * Safetensors: every parameter, float32, and every buffer by its dotted name; each field of
   * {@link ModelFile} as a string of JSON in the metadata.
   *
   * @param more further metadata, e.g. where the model comes from
   * @param file the file; or, ending in {@link ShardedSafeTensors#INDEX}, the index of several
   *     files of at most 5 GB each
   * @throws io.winnow.contracts.InvalidInputException the weights are not the model's
   */
  public static void safetensors(
      ModelFile model, Map<String, Tensor> weights, Map<String, String> more, Path file) {
    Map<String, Tensor> checked =
        new LinkedHashMap<>(
            ParameterCheck.require(
                backbone(model).network().parameters(),
                weights,
                Map.of(),
                "the model's weights",
                () -> ParameterCheck.REMEDY));
    checked.putAll(model.model().buffers());
    Map<String, String> metadata = ModelMetadata.of(model);
    metadata.putAll(more);
    if (ShardedSafeTensors.isIndex(file)) {
      ShardedSafeTensors.write(file, checked, metadata, MOST_OF_A_FILE);
    } else {
      SafeTensors.write(file, checked, metadata);
    }
  }

  /**
   * TorchScript, for {@code torch.jit.load} and libtorch from 2.7 on. The module's methods, with x
   * float32 B×C×H×W, t and y int64 B:
   *
   * <ul>
   *   <li>{@code forward(x, t, y)}: the predicted noise; y may be the null class, the number of
   *       classes
   *   <li>{@code sample(y, steps=50, guidance=1.0, seed=0)}: images, uint8 B×C×H×W, by DDIM with η
   *       = 0; the same as {@code Denoiser.sample} with all B in one batch and the plan's seed
   *       derived by {@link io.winnow.models.sample.SamplingPlan#seed(long)}. Of a model on
   *       latents: latents, float32 B×C×H×W, which the autoencoder that {@code describe} names
   *       decodes once they are divided by its scale
   *   <li>{@code describe()}: the JSON of {@link ModelFile}
   * </ul>
   *
   * Its attributes: {@code flat} (the parameters one after another; of a network of more than 1 GiB
   * the rest is in {@code flat1} and so on), {@code classes}, {@code image_height}, {@code
   * image_width}, {@code image_channels}, {@code timesteps} and {@code signal} (ᾱ_t, float64).
   *
   * @throws io.winnow.contracts.InvalidInputException the weights are not the model's
   */
  public static void torchscript(ModelFile model, Map<String, Tensor> weights, Path file) {
    Backbone backbone = backbone(model);
    ParameterTable table = backbone.network().parameters();
    Map<String, Tensor> checked =
        ParameterCheck.require(
            table, weights, Map.of(), "the model's weights", () -> ParameterCheck.REMEDY);
    ModuleState state = new ModuleState(flat(checked, table), attributes(model));
    try {
      AtomicFile.write(
          file,
          part -> {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part))) {
              KernelArchive.write(
                  ExportKernel.of(backbone, model.schedule().prediction()), state, out);
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file + ": " + Causes.of(e), e);
    }
  }

  private static Backbone backbone(ModelFile model) {
    return Backbone.of(model.model(), NetworkOptions.DEFAULT);
  }

  private static Map<String, Tensor> flat(Map<String, Tensor> weights, ParameterTable table) {
    Map<String, Tensor> buckets = new LinkedHashMap<>();
    for (int bucket = 0; bucket < table.buckets().size(); bucket++) {
      int size = table.buckets().get(bucket);
      ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(size, Float.BYTES));
      table.inBucket(bucket).forEach(p -> bytes.put(weights.get(p.name()).data()));
      buckets.put(
          ExportKernel.attribute(bucket), new Tensor(DType.F32, new long[] {size}, bytes.flip()));
    }
    return buckets;
  }

  private static Map<String, Object> attributes(ModelFile model) {
    ExampleSpec example = model.model().example();
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("classes", model.classes());
    attributes.put("image_height", (long) example.height());
    attributes.put("image_width", (long) example.width());
    attributes.put("image_channels", (long) example.channels());
    attributes.put("timesteps", (long) model.schedule().timesteps());
    attributes.put("signal", Arrays.stream(model.schedule().alphasCumprod()).boxed().toList());
    attributes.put("description", new String(Json.bytes(model), StandardCharsets.UTF_8));
    return attributes;
  }
}
