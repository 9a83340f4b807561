package io.winnow.models.autoencoder;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.contracts.ObjectRef;
import io.winnow.store.object.ObjectStore;
import io.winnow.store.tensor.DType;
import io.winnow.store.tensor.SafeTensors;
import io.winnow.store.tensor.Tensor;
import io.winnow.store.tensor.WeightsFolder;
import io.winnow.torch.kernel.ParameterTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The weights of an autoencoder in diffusers' layout.
 *
 * @param config as the file states it
 * @param tensors float32, by the names of {@link AutoencoderConfig#parameters}
 */
public record AutoencoderWeights(AutoencoderConfig config, Map<String, Tensor> tensors) {
  // the attention's names before diffusers 0.18
  private static final Map<String, String> OLD_NAMES =
      Map.of("query", "to_q", "key", "to_k", "value", "to_v", "proj_attn", "to_out.0");

  private static final String ATTENTION = "mid_block.attentions.0.";

  /**
   * Reads a safetensors file with its configuration, see {@link WeightsFolder}. Tensors of F16 or
   * F32 are read, and the attention's old names as well as its new ones.
   *
   * @throws InvalidInputException the file is damaged; has no configuration, or one that is not
   *     implemented; or a tensor is missing, unknown, of another shape or type, or not finite
   */
  public static AutoencoderWeights read(Path file) {
    String what = "file " + file.getFileName();
    AutoencoderConfig config = config(SafeTensors.metadata(file, what), what);
    return new AutoencoderWeights(config, named(config, SafeTensors.map(file, what), what));
  }

  /**
   * The configuration of an object, read without its tensors.
   *
   * @param what names the object in errors
   * @throws InvalidInputException there is none, or one that is not implemented
   */
  public static AutoencoderConfig config(ObjectStore objects, ObjectRef object, String what) {
    SafeTensors.Ranges ranges = (offset, length) -> objects.range(object.key(), offset, length);
    return config(SafeTensors.metadata(ranges, object.size(), what), what);
  }

  /**
   * The configuration in a file's metadata.
   *
   * @param what names the file in errors
   * @throws InvalidInputException there is none, or one that is not implemented
   */
  static AutoencoderConfig config(Map<String, String> metadata, String what) {
    String text = metadata.get(WeightsFolder.CONFIG);
    if (text == null) {
      throw new InvalidInputException(
          what + " has no configuration of an autoencoder",
          "give the folder with config.json and diffusion_pytorch_model.safetensors");
    }
    try {
      JsonNode json = Json.mapper().readTree(text);
      return AutoencoderConfig.of(json, "config.json of " + what);
    } catch (JsonProcessingException e) {
      throw new InvalidInputException(
          what + ": its configuration is not valid JSON", "fetch the folder again", e);
    }
  }

  /**
   * Tensors under the names of this version, checked.
   *
   * @param what names their file in errors
   * @throws InvalidInputException see {@link #read}
   */
  static Map<String, Tensor> named(
      AutoencoderConfig config, Map<String, Tensor> given, String what) {
    Map<String, Tensor> renamed = new LinkedHashMap<>();
    given.forEach(
        (name, tensor) -> {
          if (renamed.put(newName(name), tensor) != null) {
            throw bad(what, name, "is there under its old and its new name");
          }
        });
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    List<String> missing = new ArrayList<>();
    for (ParameterTable.Parameter parameter : config.parameters().parameters()) {
      Tensor tensor = renamed.remove(parameter.name());
      if (tensor == null) {
        missing.add(parameter.name());
      } else {
        tensors.put(parameter.name(), checked(parameter, tensor, what));
      }
    }
    if (!missing.isEmpty()) {
      throw bad(what, missing.get(0), "is missing, one of %d that are".formatted(missing.size()));
    }
    if (!renamed.isEmpty()) {
      throw bad(
          what,
          renamed.keySet().iterator().next(),
          "is no parameter of the autoencoder, one of %d left over".formatted(renamed.size()));
    }
    return tensors;
  }

  /** The name of a tensor in this version of diffusers. */
  static String newName(String name) {
    int at = name.indexOf(ATTENTION);
    if (at < 0) {
      return name;
    }
    int layer = at + ATTENTION.length();
    int dot = name.lastIndexOf('.');
    String old = dot < layer ? "" : name.substring(layer, dot);
    return OLD_NAMES.containsKey(old)
        ? name.substring(0, layer) + OLD_NAMES.get(old) + name.substring(dot)
        : name;
  }

  private static Tensor checked(ParameterTable.Parameter parameter, Tensor tensor, String what) {
    boolean known = tensor.dtype() == DType.F32 || tensor.dtype() == DType.F16;
    if (!known || !Arrays.equals(tensor.shape(), parameter.dimensions())) {
      throw bad(
          what,
          parameter.name(),
          "is %s%s, the autoencoder needs F32 or F16 of %s"
              .formatted(tensor.dtype(), Arrays.toString(tensor.shape()), parameter.shape()));
    }
    float[] values = tensor.floats();
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw bad(what, parameter.name(), "has the element " + value);
      }
    }
    return tensor.dtype() == DType.F32 ? tensor : Tensor.of(values, tensor.shape());
  }

  private static InvalidInputException bad(String what, String tensor, String problem) {
    return new InvalidInputException(
        "%s: tensor %s %s".formatted(what, tensor, problem),
        "give the weights of an AutoencoderKL in diffusers' layout, with their own config.json");
  }
}
