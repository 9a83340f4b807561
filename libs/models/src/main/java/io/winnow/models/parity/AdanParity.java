package io.winnow.models.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.winnow.contracts.InvalidInputException;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.Arguments;
import io.winnow.torch.engine.ScriptModule;
import io.winnow.torch.engine.ScriptModule.Gradients;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.kernel.KernelSource;
import io.winnow.torch.optimiser.AdanKernel;
import io.winnow.torch.optimiser.AdanSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Winnow's Adan against that of sail-sg/Adan. The file records initial parameters {@code in.p0.*},
 * the gradients of all steps {@code in.grad.*}, and for each of {@code config.cases} the parameters
 * and the state after every step.
 */
final class AdanParity implements ParityCheck {
  private static final String INITIAL = "in.p0.";
  private static final String GRADIENT = "in.grad.";
  // in the order of the kernel's arguments
  private static final List<String> STATE =
      List.of("param", "exp_avg", "exp_avg_diff", "exp_avg_sq", "neg_pre_grad");

  @Override
  public String kind() {
    return "adan";
  }

  @Override
  public void run(Torch torch, GoldenFile file, Map<String, float[]> outputs) {
    List<String> names = new ArrayList<>();
    file.described()
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (name.startsWith(INITIAL)) {
                names.add(name.substring(INITIAL.length()));
              }
            });
    names.forEach(name -> requireGradients(file, name));
    if (names.isEmpty()
        || names.stream().mapToLong(name -> steps(file, name)).distinct().count() != 1) {
      throw new InvalidInputException(
          "the file of Adan has no parameters, or not the same number of steps for each",
          "record in.p0.* and in.grad.* of every parameter for all steps");
    }
    for (JsonNode settings : file.setting("cases")) {
      run(torch, file, settings, names, outputs);
    }
  }

  private static long steps(GoldenFile file, String name) {
    return file.tensor(GRADIENT + name).shape()[0];
  }

  private static void requireGradients(GoldenFile file, String name) {
    long[] one = file.tensor(INITIAL + name).shape();
    long[] all = file.tensor(GRADIENT + name).shape();
    if (all.length == 0 || !Arrays.equals(one, Arrays.copyOfRange(all, 1, all.length))) {
      throw new InvalidInputException(
          "%s%s has the shape %s, but the parameter %s"
              .formatted(GRADIENT, name, Arrays.toString(all), Arrays.toString(one)),
          "record the gradients of all steps, stacked along a first axis");
    }
  }

  private static void run(
      Torch torch,
      GoldenFile file,
      JsonNode settings,
      List<String> names,
      Map<String, float[]> outputs) {
    String prefix = "out." + settings.path("name").asText() + ".";
    KernelSource source =
        new KernelSource("adan parity", List.of(AdanKernel.function(settings(file, settings))));
    try (ScriptModule kernel = torch.kernel(source);
        NDManager scope = torch.newScope()) {
      List<List<NDArray>> state = new ArrayList<>();
      for (String part : STATE) {
        state.add(initial(scope, file, part, names));
      }
      NDArray step = scope.zeros(new Shape(1));
      NDArray rates = scope.create(new double[] {file.setting("lr").asDouble()});
      int steps = (int) steps(file, names.get(0));
      for (int k = 0; k < steps; k++) {
        Arguments arguments = Arguments.none();
        add(arguments, state.get(0));
        add(arguments, gradients(scope, file, names, k));
        state.subList(1, state.size()).forEach(part -> add(arguments, part));
        kernel.call(scope, "adan", Gradients.NONE, arguments.add(step).add(rates));
        for (int part = 0; part < STATE.size(); part++) {
          for (int i = 0; i < names.size(); i++) {
            String output = prefix + STATE.get(part) + "." + names.get(i);
            float[] now = state.get(part).get(i).toFloatArray();
            float[] all = outputs.computeIfAbsent(output, any -> new float[steps * now.length]);
            // Recorded is minus the previous gradient.
            float sign = part == STATE.size() - 1 ? -1 : 1;
            for (int j = 0; j < now.length; j++) {
              all[k * now.length + j] = sign * now[j];
            }
          }
        }
      }
    }
  }

  private static AdanSettings settings(GoldenFile file, JsonNode settings) {
    JsonNode betas = file.setting("betas");
    return new AdanSettings(
        betas.path(0).asDouble(),
        betas.path(1).asDouble(),
        betas.path(2).asDouble(),
        file.setting("eps").asDouble(),
        settings.path("weight_decay").asDouble(),
        settings.path("no_prox").asBoolean(),
        settings.path("max_grad_norm").asDouble());
  }

  private static List<NDArray> initial(
      NDManager scope, GoldenFile file, String part, List<String> names) {
    List<NDArray> arrays = new ArrayList<>();
    for (String name : names) {
      Tensor tensor = file.tensor(INITIAL + name);
      Shape shape = new Shape(tensor.shape());
      arrays.add(
          named(
              part.equals("param") ? scope.create(tensor.floats(), shape) : scope.zeros(shape),
              part));
    }
    return arrays;
  }

  private static List<NDArray> gradients(
      NDManager scope, GoldenFile file, List<String> names, int step) {
    List<NDArray> arrays = new ArrayList<>();
    for (String name : names) {
      Shape shape = new Shape(file.tensor(INITIAL + name).shape());
      int size = (int) shape.size();
      float[] all = file.tensor(GRADIENT + name).floats();
      arrays.add(
          named(
              scope.create(Arrays.copyOfRange(all, step * size, (step + 1) * size), shape),
              "gradients"));
    }
    return arrays;
  }

  // By this ending the engine passes the arrays of one name as one list.
  private static NDArray named(NDArray array, String name) {
    array.setName(name + "[]");
    return array;
  }

  private static void add(Arguments arguments, List<NDArray> arrays) {
    arrays.forEach(arguments::add);
  }
}
