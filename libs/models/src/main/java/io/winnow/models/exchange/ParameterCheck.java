package io.winnow.models.exchange;

import io.winnow.contracts.InvalidInputException;
import io.winnow.store.tensor.DType;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.kernel.ParameterTable;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Whether tensors are the parameters of a network: all of them, no other, all finite. */
final class ParameterCheck {
  private ParameterCheck() {}

  /**
   * @param what names the tensors' file in errors
   * @return the tensors in the network's order
   * @throws InvalidInputException naming the first tensor that is missing, too much, of another
   *     shape or type, or not finite
   */
  static Map<String, Tensor> require(
      ParameterTable table, Map<String, Tensor> tensors, String what) {
    Map<String, Tensor> ordered = new LinkedHashMap<>();
    for (ParameterTable.Parameter parameter : table.parameters()) {
      Tensor tensor = tensors.get(parameter.name());
      if (tensor == null) {
        throw bad(what, parameter.name(), "is missing, the model wants F32" + parameter.shape());
      }
      requireFit(parameter, tensor, what);
      ordered.put(parameter.name(), tensor);
    }
    for (String name : tensors.keySet()) {
      if (!ordered.containsKey(name)) {
        throw bad(what, name, "is no parameter of the model");
      }
    }
    return ordered;
  }

  private static void requireFit(ParameterTable.Parameter parameter, Tensor tensor, String what) {
    List<Long> wanted = parameter.shape().stream().map(Integer::longValue).toList();
    List<Long> given = Arrays.stream(tensor.shape()).boxed().toList();
    if (tensor.dtype() != DType.F32 || !given.equals(wanted)) {
      throw bad(
          what,
          parameter.name(),
          "is %s%s, the model wants F32%s".formatted(tensor.dtype(), given, wanted));
    }
    FloatBuffer values = tensor.data().asFloatBuffer();
    for (int i = 0; i < values.limit(); i++) {
      if (!Float.isFinite(values.get(i))) {
        throw new InvalidInputException(
            "%s: tensor %s has %s at element %d"
                .formatted(what, parameter.name(), values.get(i), i),
            "give weights of a training that did not diverge");
      }
    }
  }

  private static InvalidInputException bad(String what, String tensor, String problem) {
    return new InvalidInputException(
        "%s: tensor %s %s".formatted(what, tensor, problem),
        "give weights of a model of this configuration; \"winnow kernel --parameters\" lists a"
            + " preset's");
  }
}
