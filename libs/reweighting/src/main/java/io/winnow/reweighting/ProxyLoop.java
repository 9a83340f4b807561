package io.winnow.reweighting;

import io.winnow.contracts.Seeds;
import io.winnow.models.train.Batch;
import io.winnow.models.train.PairedLosses.Losses;
import io.winnow.store.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Trains the proxy model on the coreset while {@link DroWeights} follow its losses. A step depends
 * only on its number and the state before it. For one thread.
 */
public final class ProxyLoop {
  private static final String PROXY = "proxy.";
  private static final String WEIGHTS = "classWeights.";
  private static final String TRAJECTORY = "trajectory.";

  private final long seed;
  private final Models models;
  private final DroWeights weights;
  private final Trajectory trajectory;

  /**
   * @param seed of the run
   * @param weights initial or restored
   * @param trajectory with capacity for every step
   */
  public ProxyLoop(long seed, Models models, DroWeights weights, Trajectory trajectory) {
    this.seed = seed;
    this.models = models;
    this.weights = weights;
    this.trajectory = trajectory;
  }

  /**
   * Computes the losses of the batch, updates the weights, and trains the proxy with them.
   *
   * @param batch of the coreset, possibly flipped, with labels in [0, k); its weights are ignored
   */
  public void step(Batch batch) {
    byte[] images = batch.images();
    int[] labels = batch.labels();
    Losses losses = models.losses(Seeds.of(seed, "reweight.losses", batch.step()), images, labels);
    weights.update(losses.proxy(), losses.reference(), labels);
    trajectory.add(weights.weights(), weights.lambda(), losses.proxy(), losses.reference(), labels);
    models.step(batch.step(), images, labels, weights.ofSamples(labels));
  }

  /** The complete state; restoring it continues with the next step bit for bit. */
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    models.state().forEach((name, tensor) -> state.put(PROXY + name, tensor));
    weights.state().forEach((name, tensor) -> state.put(WEIGHTS + name, tensor));
    trajectory.tensors().forEach((name, tensor) -> state.put(TRAJECTORY + name, tensor));
    return state;
  }

  /** The part of {@link #state} from which the proxy is created. */
  public static Map<String, Tensor> proxyState(Map<String, Tensor> state) {
    return below(PROXY, state);
  }

  /** Restores a {@link #state}, except for the proxy. */
  public void restore(Map<String, Tensor> state) {
    weights.restore(below(WEIGHTS, state));
    trajectory.restore(below(TRAJECTORY, state));
  }

  private static Map<String, Tensor> below(String prefix, Map<String, Tensor> state) {
    Map<String, Tensor> part = new LinkedHashMap<>();
    state.forEach(
        (name, tensor) -> {
          if (name.startsWith(prefix)) {
            part.put(name.substring(prefix.length()), tensor);
          }
        });
    return part;
  }
}
