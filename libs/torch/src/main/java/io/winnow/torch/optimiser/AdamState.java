package io.winnow.torch.optimiser;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.winnow.contracts.InvalidInputException;
import io.winnow.store.tensor.DType;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.Arguments;
import io.winnow.torch.engine.ParameterBuckets;
import io.winnow.torch.kernel.ParameterTable;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What training changes: the weights, their EMA, Adam's moments and the number of updates, in
 * native memory. Besides the step, a resumed run needs nothing else.
 */
public final class AdamState implements AutoCloseable {
  private static final String WEIGHTS = "weights/";
  private static final String EMA = "ema/";
  private static final String FIRST = "adam.m/";
  private static final String SECOND = "adam.v/";
  private static final String UPDATES = "adam.updates";

  private final NDManager owner;
  private final ParameterBuckets weights;
  private final ParameterBuckets ema;
  private final ParameterBuckets first;
  private final ParameterBuckets second;
  private final NDArray updates;

  private AdamState(
      NDManager owner,
      ParameterBuckets weights,
      ParameterBuckets ema,
      ParameterBuckets first,
      ParameterBuckets second,
      NDArray updates) {
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
    ParameterBuckets weights = ParameterBuckets.initial("weights", owner, table, seed);
    return new AdamState(
        owner,
        weights,
        weights.copy("ema"),
        weights.zeros("m"),
        weights.zeros("v"),
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
        owner,
        ParameterBuckets.upload("weights", owner, table, state, WEIGHTS),
        ParameterBuckets.upload("ema", owner, table, state, EMA),
        ParameterBuckets.upload("m", owner, table, state, FIRST),
        ParameterBuckets.upload("v", owner, table, state, SECOND),
        counter);
  }

  /** The weights, in place. */
  public ParameterBuckets weights() {
    return weights;
  }

  /** The EMA of the weights, in place. */
  public ParameterBuckets ema() {
    return ema;
  }

  /** Adds the arguments of a kernel's update in their order: weights, m, v, ema, step. */
  public void addTo(Arguments arguments) {
    arguments.add(weights).add(first).add(second).add(ema).add(updates);
  }

  /** Everything, by name: bit for bit what {@link #restore} takes. */
  public Map<String, Tensor> export() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    weights.download(WEIGHTS, state);
    ema.download(EMA, state);
    first.download(FIRST, state);
    second.download(SECOND, state);
    state.put(UPDATES, Tensor.of(new long[] {(long) updates.getFloat(0)}, 1));
    return state;
  }

  /** The weights by parameter name. */
  public Map<String, Tensor> exportWeights() {
    Map<String, Tensor> named = new LinkedHashMap<>();
    weights.download("", named);
    return named;
  }

  /** The EMA of the weights by parameter name. */
  public Map<String, Tensor> exportEma() {
    Map<String, Tensor> named = new LinkedHashMap<>();
    ema.download("", named);
    return named;
  }

  @Override
  public void close() {
    owner.close();
  }
}
