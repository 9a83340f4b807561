package io.winnow.models.surrogate;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.winnow.contracts.InvalidInputException;
import io.winnow.torch.engine.EngineMessage;
import io.winnow.torch.engine.ScriptModule;
import io.winnow.torch.engine.ScriptModule.Gradients;
import io.winnow.torch.kernel.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Selects a tensor from the result of a method of a script module.
 *
 * @param method to call
 * @param element if the method returns several tensors: a key of the dict, or an index from 0 into
 *     the tuple or list; empty if it returns a single tensor
 */
public record ScriptOutput(String method, String element) {

  /**
   * @param text {@code METHOD} or {@code METHOD.ELEMENT}
   * @throws InvalidInputException it is neither
   */
  public static ScriptOutput parse(String text) {
    if (!text.matches("\\w+(\\..+)?")) {
      throw new InvalidInputException(
          "a script's output cannot be \"" + text + "\"",
          "use METHOD, or METHOD.ELEMENT if it returns a dict (a key), tuple or list (0, 1, …)");
    }
    int dot = text.indexOf('.');
    return dot < 0
        ? new ScriptOutput(text, "")
        : new ScriptOutput(text.substring(0, dot), text.substring(dot + 1));
  }

  /**
   * Checks that a module has the method.
   *
   * @param name of the module, for errors
   * @param methods of the module
   * @throws InvalidInputException it has no such method
   */
  public void requireMethod(String name, List<String> methods) {
    if (!methods.contains(method)) {
      throw new InvalidInputException(
          "%s.%s: there is no such method".formatted(name, method),
          "name one of " + methods.stream().sorted().collect(Collectors.joining(", ")));
    }
  }

  /**
   * Calls the method, without gradients.
   *
   * @param name of the module, for errors
   * @param precision what convolutions and matrix products are computed in
   * @param arguments float32 N×C×H×W first
   * @return the selected tensor, float32 whatever the precision
   * @throws InvalidInputException the method does not take the arguments, or does not return such a
   *     tensor
   */
  public NDArray of(
      NDManager scope,
      ScriptModule module,
      String name,
      Precision precision,
      NDArray... arguments) {
    NDArray made = pick(name, call(scope, module, name, precision, arguments));
    return precision == Precision.BF16 ? made.toType(DataType.FLOAT32, false) : made;
  }

  private NDList call(
      NDManager scope,
      ScriptModule module,
      String name,
      Precision precision,
      NDArray... arguments) {
    try {
      return precision == Precision.BF16
          ? module.callInBfloat16(scope, method, arguments)
          : module.call(scope, method, Gradients.NONE, arguments);
    } catch (EngineException e) {
      String reason = EngineMessage.summary(e.getMessage());
      throw new InvalidInputException(
          "%s.%s does not take float32 %s: %s"
              .formatted(name, method, arguments[0].getShape(), reason),
          remedy(reason),
          e);
    } catch (UnsupportedOperationException | IllegalStateException e) {
      throw new InvalidInputException(
          "%s.%s does not return tensors: %s".formatted(name, method, e.getMessage()),
          "use a method that returns a tensor, or a dict, tuple or list of tensors",
          e);
    }
  }

  private static String remedy(String reason) {
    if (reason.matches("(?is).*\\b(half|bfloat16|double)\\b.*")) {
      return "convert the model with model.float() before it is saved";
    }
    if (reason.contains("quantized")) {
      return "save the model without quantisation";
    }
    if (reason.matches("(?is).*\\bcuda\\b.*")) {
      return "move the model to the processor with model.cpu() before it is traced or scripted";
    }
    return "set the input size, channels and output that it requires";
  }

  /**
   * Selects the tensor.
   *
   * @param name of the module, for errors
   * @param returned the result of the method
   * @throws InvalidInputException there is no such element, or there are several and none is named
   */
  NDArray pick(String name, NDList returned) {
    List<String> names = names(returned);
    if (element.isEmpty() && returned.size() == 1 && returned.head().getName() == null) {
      return returned.head();
    }
    int at = names.indexOf(element);
    if (at < 0) {
      throw new InvalidInputException(
          element.isEmpty()
              ? "%s.%s returns %d tensors, not one".formatted(name, method, returned.size())
              : "%s.%s returns no \"%s\"".formatted(name, method, element),
          "name one of "
              + names.stream().map(n -> method + "." + n).collect(Collectors.joining(", ")));
    }
    return returned.get(at);
  }

  private static List<String> names(NDList returned) {
    List<String> names = new ArrayList<>();
    IntStream.range(0, returned.size())
        .forEach(
            i -> {
              String key = returned.get(i).getName();
              names.add(key == null ? Integer.toString(i) : key);
            });
    return names;
  }
}
