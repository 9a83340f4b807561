package io.winnow.torch.engine;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A loaded script module: each call of one of its methods is one call into the engine. */
public final class ScriptModule implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ScriptModule.class);

  private final String name;
  private final NDManager owner;
  private final PtSymbolBlock module;

  ScriptModule(String name, NDManager owner, PtSymbolBlock module) {
    this.name = name;
    this.owner = owner;
    this.module = module;
  }

  /**
   * Sets evaluation mode, as {@code module.eval()} does: dropout passes its input through, and
   * batch normalisation uses its stored statistics. A module without a mode, such as a frozen one,
   * stays as it is.
   */
  ScriptModule evaluating() {
    try {
      JniUtils.enableInferenceMode(module);
    } catch (EngineException e) {
      LOG.debug("{} has no evaluation mode: {}", name, e.getMessage());
    }
    return this;
  }

  /** Whether a call records operations so that the method may take gradients. */
  public enum Gradients {
    RECORD,
    NONE
  }

  /**
   * Calls a method.
   *
   * @param scope owns the results
   * @param method an exported method
   * @param inputs its arguments in order
   * @return what it returns: one array, or the arrays of a list or tuple
   * @throws EngineException with the engine's own message if the method fails
   */
  public NDList call(NDManager scope, String method, Gradients gradients, NDArray... inputs) {
    return call(scope, method, gradients, Arguments.none().add(inputs));
  }

  /** Calls a method whose arguments are not all tensors. */
  public NDList call(NDManager scope, String method, Gradients gradients, Arguments inputs) {
    NDArray selector = scope.zeros(new Shape(1));
    selector.setName("module_method:" + method);
    // DJL gives the results to the manager of the first argument.
    NDList arguments = new NDList(selector);
    arguments.addAll(inputs.arrays());
    // Both settings are the thread's own. The optimiser specialises a method after some calls, so
    // that a resumed process would compute other bits than one that went on.
    JniUtils.setGraphExecutorOptimize(false);
    JniUtils.setGradMode(gradients == Gradients.RECORD);
    try {
      // The flag keeps DJL from inference mode, whose results could never enter a gradient; without
      // grad mode nothing is recorded all the same.
      return IValueUtils.forward(module, arguments, true);
    } catch (EngineException e) {
      throw new EngineException(name + "." + method + ": " + e.getMessage(), e);
    } finally {
      JniUtils.setGradMode(false);
    }
  }

  /**
   * Calls a method without gradients; its convolutions and matrix products compute in bfloat16.
   *
   * @throws InvalidInputException if this build of libtorch cannot
   */
  public NDList callInBfloat16(NDManager scope, String method, NDArray... inputs) {
    NDList[] result = new NDList[1];
    Autocast.of(owner.getDevice())
        .run(() -> result[0] = call(scope, method, Gradients.NONE, inputs));
    return result[0];
  }

  /** The names of its methods. */
  public List<String> methods() {
    return List.of(JniUtils.getMethodNames(module));
  }

  @Override
  public void close() {
    owner.close();
  }
}
