package io.winnow.reweighting;

import io.winnow.artifacts.ClassWeights;
import io.winnow.store.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** The losses and the resulting weights, update by update. */
public final class Trajectory {
  private final int classes;
  private final int batch;
  private final double[] weights;
  private final double[] lambda;
  private final float[] proxy;
  private final float[] reference;
  private final int[] labels;
  private int updates;

  /**
   * @param capacity maximum number of updates
   * @param classes k
   * @param batch B, samples per update
   * @param reference whether there are losses under a reference
   */
  public Trajectory(int capacity, int classes, int batch, boolean reference) {
    this.classes = classes;
    this.batch = batch;
    this.weights = new double[Math.multiplyExact(capacity, classes)];
    this.lambda = new double[weights.length];
    this.proxy = new float[Math.multiplyExact(capacity, batch)];
    this.reference = reference ? new float[proxy.length] : null;
    this.labels = new int[proxy.length];
  }

  /**
   * @param w after the update, length k
   * @param excess λ after the update, length k
   * @param proxyLosses length B
   * @param referenceLosses length B, or null without a reference
   * @param classesOf length B
   */
  void add(
      double[] w, double[] excess, float[] proxyLosses, float[] referenceLosses, int[] classesOf) {
    System.arraycopy(w, 0, weights, updates * classes, classes);
    System.arraycopy(excess, 0, lambda, updates * classes, classes);
    System.arraycopy(proxyLosses, 0, proxy, updates * batch, batch);
    if (reference != null) {
      System.arraycopy(referenceLosses, 0, reference, updates * batch, batch);
    }
    System.arraycopy(classesOf, 0, labels, updates * batch, batch);
    updates++;
  }

  /**
   * The U updates so far: {@code weights} and {@code lambda} float64 U×k, the losses {@code proxy}
   * and, with a reference, {@code reference} float32 U×B, {@code labels} int32 U×B.
   */
  public Map<String, Tensor> tensors() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    int k = updates * classes;
    int b = updates * batch;
    tensors.put("weights", Tensor.of(Arrays.copyOf(weights, k), updates, classes));
    tensors.put("lambda", Tensor.of(Arrays.copyOf(lambda, k), updates, classes));
    tensors.put("proxy", Tensor.of(Arrays.copyOf(proxy, b), updates, batch));
    if (reference != null) {
      tensors.put("reference", Tensor.of(Arrays.copyOf(reference, b), updates, batch));
    }
    tensors.put("labels", Tensor.of(Arrays.copyOf(labels, b), updates, batch));
    return tensors;
  }

  /**
   * @param most maximum number of points, at least 1
   */
  public ClassWeights.Curve curve(int most) {
    int points = Math.min(most, updates);
    int[] shown = new int[points];
    double[][] w = new double[points][];
    double[][] excess = new double[points][];
    for (int i = 0; i < points; i++) {
      shown[i] = (int) ((long) (i + 1) * updates / points);
      int to = shown[i] * classes;
      w[i] = Arrays.copyOfRange(weights, to - classes, to);
      excess[i] = Arrays.copyOfRange(lambda, to - classes, to);
    }
    return new ClassWeights.Curve(shown, w, excess);
  }

  /** Restores {@link #tensors} of the same k and B. */
  void restore(Map<String, Tensor> tensors) {
    double[] w = tensors.get("weights").doubles();
    double[] excess = tensors.get("lambda").doubles();
    float[] ofProxy = tensors.get("proxy").floats();
    System.arraycopy(w, 0, weights, 0, w.length);
    System.arraycopy(excess, 0, lambda, 0, excess.length);
    System.arraycopy(ofProxy, 0, proxy, 0, ofProxy.length);
    if (reference != null) {
      System.arraycopy(tensors.get("reference").floats(), 0, reference, 0, ofProxy.length);
    }
    System.arraycopy(tensors.get("labels").ints(), 0, labels, 0, ofProxy.length);
    updates = w.length / classes;
  }
}
