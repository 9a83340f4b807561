package io.winnow.models.exchange;

import io.winnow.contracts.InvalidInputException;
import io.winnow.store.tensor.DType;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.kernel.ParameterTable;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** Whether tensors are the parameters of a network: all of them, no other, all finite. */
final class ParameterCheck {
  /** What to do where nothing better is known. */
  static final String REMEDY =
      "give weights of a model of this configuration; \"winnow kernel --parameters\" lists a"
          + " preset's";

  private static final int NAMED = 3;

  private ParameterCheck() {}

  /**
   * @param buffers what files may have beside the parameters, by name; if there, of these values
   * @param what names the tensors' file in errors
   * @param remedy asked where tensors do not fit
   * @return the parameters in the network's order
   * @throws InvalidInputException naming the first tensors that are missing, of another shape or
   *     type, or too much, and how many more there are; or the first that is not finite
   */
  static Map<String, Tensor> require(
      ParameterTable table,
      Map<String, Tensor> tensors,
      Map<String, Tensor> buffers,
      String what,
      Supplier<String> remedy) {
    List<String> problems = problems(table, tensors, buffers);
    if (!problems.isEmpty()) {
      String more =
          problems.size() > NAMED ? "; and %d more".formatted(problems.size() - NAMED) : "";
      throw new InvalidInputException(
          "%s: %s%s"
              .formatted(
                  what,
                  String.join("; ", problems.subList(0, Math.min(NAMED, problems.size()))),
                  more),
          remedy.get());
    }
    Map<String, Tensor> ordered = new LinkedHashMap<>();
    for (ParameterTable.Parameter parameter : table.parameters()) {
      Tensor tensor = tensors.get(parameter.name());
      requireFinite(parameter.name(), tensor, what);
      ordered.put(parameter.name(), tensor);
    }
    return ordered;
  }

  /** What keeps the tensors from being the network's; missing ones first, then wrong ones. */
  static List<String> problems(
      ParameterTable table, Map<String, Tensor> tensors, Map<String, Tensor> buffers) {
    List<String> missing = new ArrayList<>();
    List<String> wrong = new ArrayList<>();
    Set<String> known = new HashSet<>(buffers.keySet());
    for (ParameterTable.Parameter parameter : table.parameters()) {
      Tensor tensor = tensors.get(parameter.name());
      known.add(parameter.name());
      List<Long> wanted = Arrays.stream(parameter.dimensions()).boxed().toList();
      if (tensor == null) {
        missing.add(
            "tensor %s is missing, the model wants F32%s".formatted(parameter.name(), wanted));
      } else if (tensor.dtype() != DType.F32 || !shape(tensor).equals(wanted)) {
        wrong.add(
            "tensor %s is %s%s, the model wants F32%s"
                .formatted(parameter.name(), tensor.dtype(), shape(tensor), wanted));
      }
    }
    buffers.forEach(
        (name, buffer) -> {
          Tensor tensor = tensors.get(name);
          if (tensor != null
              && (tensor.dtype() != buffer.dtype()
                  || !shape(tensor).equals(shape(buffer))
                  || !tensor.data().equals(buffer.data()))) {
            wrong.add("tensor %s has other values than the model's".formatted(name));
          }
        });
    missing.addAll(wrong);
    tensors.keySet().stream()
        .filter(name -> !known.contains(name))
        .forEach(name -> missing.add("tensor %s is no parameter of the model".formatted(name)));
    return missing;
  }

  private static List<Long> shape(Tensor tensor) {
    return Arrays.stream(tensor.shape()).boxed().toList();
  }

  private static void requireFinite(String name, Tensor tensor, String what) {
    FloatBuffer values = tensor.data().asFloatBuffer();
    for (int i = 0; i < values.limit(); i++) {
      if (!Float.isFinite(values.get(i))) {
        throw new InvalidInputException(
            "%s: tensor %s has %s at element %d".formatted(what, name, values.get(i), i),
            "give weights of a training that did not diverge");
      }
    }
  }
}
