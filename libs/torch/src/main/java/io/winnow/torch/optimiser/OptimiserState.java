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
import java.util.List;
import java.util.Map;

/**
 * What training changes: the weights, their EMA, the optimiser's moments and the number of updates,
 * in native memory. Besides the step, a resumed run needs nothing else.
 */
public final class OptimiserState implements AutoCloseable {
  private static final String WEIGHTS = "weights/";
  private static final String EMA = "ema/";
  private static final String MOMENTS = "state";

  private final Optimiser optimiser;
  private final NDManager owner;
  private final ParameterBuckets weights;
  private final ParameterBuckets ema;
  private final List<ParameterBuckets> moments;
  private final NDArray updates;

  private OptimiserState(
      Optimiser optimiser,
      NDManager owner,
      ParameterBuckets weights,
      ParameterBuckets ema,
      List<ParameterBuckets> moments,
      NDArray updates) {
    this.optimiser = optimiser;
    this.owner = owner;
    this.weights = weights;
    this.ema = ema;
    this.moments = moments;
    this.updates = updates;
  }

  /**
   * The state before the first step.
   *
   * @param owner is closed with this state
   * @param seed of the initial weights
   */
  public static OptimiserState initial(
      Optimiser optimiser, ParameterTable table, NDManager owner, long seed) {
    ParameterBuckets weights = ParameterBuckets.initial("weights", owner, table, seed);
    return new OptimiserState(
        optimiser,
        owner,
        weights,
        weights.copy("ema"),
        optimiser.moments().stream().map(moment -> weights.zeros(MOMENTS)).toList(),
        owner.zeros(new Shape(1), DataType.FLOAT32));
  }

  /**
   * The state that {@link #export()} gave.
   *
   * @throws InvalidInputException if a tensor is missing or has another shape, as those of another
   *     optimiser
   */
  public static OptimiserState restore(
      Optimiser optimiser, ParameterTable table, NDManager owner, Map<String, Tensor> state) {
    Tensor updates = state.get(updates(optimiser));
    if (updates == null || updates.dtype() != DType.I64 || updates.elements() != 1) {
      throw new InvalidInputException(
          "the checkpoint has no " + updates(optimiser),
          "give a state written by this version with the same optimiser");
    }
    NDArray counter = owner.zeros(new Shape(1), DataType.FLOAT32);
    counter.set(new float[] {updates.longs()[0]});
    return new OptimiserState(
        optimiser,
        owner,
        ParameterBuckets.upload("weights", owner, table, state, WEIGHTS),
        ParameterBuckets.upload("ema", owner, table, state, EMA),
        optimiser.moments().stream()
            .map(
                moment ->
                    ParameterBuckets.upload(
                        MOMENTS, owner, table, state, prefix(optimiser, moment)))
            .toList(),
        counter);
  }

  private static String prefix(Optimiser optimiser, String moment) {
    return optimiser.name() + "." + moment + "/";
  }

  private static String updates(Optimiser optimiser) {
    return optimiser.name() + ".updates";
  }

  /** The weights, in place. */
  public ParameterBuckets weights() {
    return weights;
  }

  /** The EMA of the weights, in place. */
  public ParameterBuckets ema() {
    return ema;
  }

  /** Adds the arguments of a kernel's update in their order: weights, state, ema, step. */
  public void addTo(Arguments arguments) {
    arguments.add(weights);
    // Lists of one name are one argument.
    moments.forEach(arguments::add);
    arguments.add(ema).add(updates);
  }

  /** Everything, by name: bit for bit what {@link #restore} takes. */
  public Map<String, Tensor> export() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    weights.download(WEIGHTS, state);
    ema.download(EMA, state);
    for (int i = 0; i < moments.size(); i++) {
      moments.get(i).download(prefix(optimiser, optimiser.moments().get(i)), state);
    }
    state.put(updates(optimiser), Tensor.of(new long[] {(long) updates.getFloat(0)}, 1));
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
