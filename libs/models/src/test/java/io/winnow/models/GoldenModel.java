package io.winnow.models;

import io.winnow.contracts.ObjectRef;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.denoiser.Conditioning.ClassLabels;
import io.winnow.models.denoiser.ExampleSpec;
import io.winnow.models.latent.LatentSpace;
import io.winnow.models.surrogate.InferenceOptions;
import io.winnow.models.surrogate.SurrogateInput;
import io.winnow.models.train.NoiseSchedule;
import io.winnow.models.unet.Unet;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.kernel.ParameterTable;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The model of src/test/python/unet_golden.py with the parameters that the script starts from. */
public final class GoldenModel {
  public static final ModelFile FILE =
      new ModelFile(
          new DenoiserConfig(
              new Unet(2, 8, List.of(1, 2), 1, List.of(4), 2, 4, 0),
              ExampleSpec.pixels(3, 16, 16),
              new ClassLabels(3)),
          NoiseSchedule.linear(),
          List.of("a \"quoted\" cat", "Hündin", "3"));

  /** Latents of 16×16 of images of 32×32. */
  public static final LatentSpace SPACE =
      new LatentSpace(
          new ObjectRef("autoencoders/a.pt", "ab".repeat(32), 9, null),
          new SurrogateInput(32, 3, List.of(0.5, 0.5, 0.5), List.of(0.5, 0.5, 0.5), "encode"),
          "decode",
          InferenceOptions.DEFAULT,
          0.18215,
          3);

  private GoldenModel() {}

  public static Map<String, Tensor> weights() {
    List<ParameterTable.Parameter> sorted =
        FILE.model().parameters().parameters().stream()
            .sorted(Comparator.comparing(ParameterTable.Parameter::name))
            .toList();
    Map<String, Tensor> weights = new LinkedHashMap<>();
    for (int k = 0; k < sorted.size(); k++) {
      ParameterTable.Parameter parameter = sorted.get(k);
      boolean scale = parameter.name().contains(".norm") && parameter.name().endsWith("weight");
      double[] uniform = Pseudo.uniform(k + 1, parameter.size());
      float[] values = new float[uniform.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (0.4 * uniform[i] + (scale ? 0.8 : -0.2));
      }
      long[] shape = parameter.shape().stream().mapToLong(Integer::longValue).toArray();
      weights.put(parameter.name(), Tensor.of(values, shape));
    }
    return weights;
  }
}
