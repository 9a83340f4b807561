package io.winnow.torch.optimiser;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.winnow.contracts.InvalidInputException;
import io.winnow.store.tensor.DType;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.ParameterVector;
import io.winnow.torch.kernel.ParameterTable;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What training changes: weights, their running mean, Adam's moments and the number of updates, as
 * native vectors. It is all that a resumed run needs, beside the step.
 */
public final class AdamState implements AutoCloseable {
  private static final String WEIGHTS = "weights/";
  private static final String EMA = "ema/";
  private static final String FIRST = "adam.m/";
  private static final String SECOND = "adam.v/";
  private static final String UPDATES = "adam.updates";

  private final ParameterTable table;
  private final NDManager owner;
  private final NDArray weights;
  private final NDArray ema;
  private final NDArray first;
  private final NDArray second;
  private final NDArray updates;

  private AdamState(
      ParameterTable table,
      NDManager owner,
      NDArray weights,
      NDArray ema,
      NDArray first,
      NDArray second,
      NDArray updates) {
    this.table = table;
    this.owner = owner;
    this.weights = weights;
    this.ema = ema;
    this.first = first;
    this.second = second;
    this.updates = updates;
  }

  /**
   * The state before the first step.
   *
   * @param owner is closed with this state
   * @param seed of the initial weights
   */
  public static AdamState initial(ParameterTable table, NDManager owner, long seed) {
    NDArray weights = ParameterVector.upload(owner, table.initialise(seed));
    Shape shape = weights.getShape();
    return new AdamState(
        table,
        owner,
        weights,
        weights.duplicate(),
        owner.zeros(shape, DataType.FLOAT32),
        owner.zeros(shape, DataType.FLOAT32),
        owner.zeros(new Shape(1), DataType.FLOAT32));
  }

  /**
   * The state that {@link #export()} gave.
   *
   * @throws InvalidInputException if a tensor is missing or has another shape
   */
  public static AdamState restore(
      ParameterTable table, NDManager owner, Map<String, Tensor> state) {
    Tensor updates = state.get(UPDATES);
    if (updates == null || updates.dtype() != DType.I64 || updates.elements() != 1) {
      throw new InvalidInputException(
          "the checkpoint has no " + UPDATES, "give a state written by this version");
    }
    NDArray counter = owner.zeros(new Shape(1), DataType.FLOAT32);
    counter.set(new float[] {updates.longs()[0]});
    return new AdamState(
        table,
        owner,
        ParameterVector.upload(owner, table, state, WEIGHTS),
        ParameterVector.upload(owner, table, state, EMA),
        ParameterVector.upload(owner, table, state, FIRST),
        ParameterVector.upload(owner, table, state, SECOND),
        counter);
  }

  /** The weights as one vector that gradients can be taken for. */
  public NDArray weights() {
    return weights;
  }

  /** The weights' running mean as one vector. */
  public NDArray ema() {
    return ema;
  }

  /** The arguments of a kernel's update in their order: weights, m, v, ema, step. */
  public NDArray[] arguments() {
    return new NDArray[] {weights, first, second, ema, updates};
  }

  /** Everything, by name: bit for bit what {@link #restore} takes. */
  public Map<String, Tensor> export() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    ParameterVector.download(weights, table, WEIGHTS, state);
    ParameterVector.download(ema, table, EMA, state);
    ParameterVector.download(first, table, FIRST, state);
    ParameterVector.download(second, table, SECOND, state);
    state.put(UPDATES, Tensor.of(new long[] {(long) updates.getFloat(0)}, 1));
    return state;
  }

  /** The weights by parameter name. */
  public Map<String, Tensor> exportWeights() {
    Map<String, Tensor> named = new LinkedHashMap<>();
    ParameterVector.download(weights, table, "", named);
    return named;
  }

  /** The weights' running mean by parameter name. */
  public Map<String, Tensor> exportEma() {
    Map<String, Tensor> named = new LinkedHashMap<>();
    ParameterVector.download(ema, table, "", named);
    return named;
  }

  @Override
  public void close() {
    owner.close();
  }
}
