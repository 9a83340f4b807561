package io.winnow.reweighting;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.ReweightSpec.Method;
import io.winnow.store.tensor.Tensor;
import java.util.Arrays;

/**
 * λ of {@link Method}: what each class's samples of the last batch that had any say of it. Before
 * the first, 1 for {@code loss-ratio} and else 0.
 */
final class ClassLag {
  private final Method method;
  private final double[] lambda;

  ClassLag(Method method, int classes) {
    this.method = method;
    this.lambda = new double[classes];
    Arrays.fill(lambda, method == Method.LOSS_RATIO ? 1 : 0);
  }

  /**
   * @param proxy the proxy's loss of each of B samples
   * @param reference the reference's, at the same timestep and noise; null for {@code group-dro}
   * @param labels in [0, k), length B
   * @param updates before this one, for errors
   * @throws InvalidInputException a loss that is not a finite number, or a reference without any
   */
  void update(float[] proxy, float[] reference, int[] labels, long updates) {
    double[] above = new double[lambda.length];
    double[] below = new double[lambda.length];
    int[] count = new int[lambda.length];
    for (int i = 0; i < labels.length; i++) {
      int c = labels[i];
      requireFinite(proxy[i], "proxy", c, updates, "lower \"reweight.learningRate\"");
      double ofReference = reference == null ? 0 : reference[i];
      requireFinite(ofReference, "reference", c, updates, "use another reference model");
      above[c] += method == Method.DRO ? Math.max(proxy[i] - ofReference, 0) : proxy[i];
      below[c] += ofReference;
      count[c]++;
    }
    for (int c = 0; c < lambda.length; c++) {
      if (count[c] > 0) {
        lambda[c] =
            method == Method.LOSS_RATIO ? ratio(above[c], below[c], c) : above[c] / count[c];
      }
    }
  }

  /** λ by class; length k. */
  double[] values() {
    return lambda.clone();
  }

  Tensor state() {
    return Tensor.of(lambda, lambda.length);
  }

  void restore(Tensor state) {
    System.arraycopy(state.doubles(), 0, lambda, 0, lambda.length);
  }

  private static double ratio(double proxy, double reference, int label) {
    if (!(reference > 0)) {
      throw new InvalidInputException(
          "the reference has no loss on images of class " + label + ", so none can be put over it",
          "use another reference model, or \"reweight.method\" \"dro\"");
    }
    return proxy / reference;
  }

  private static void requireFinite(
      double loss, String model, int label, long updates, String remedy) {
    if (!Double.isFinite(loss)) {
      throw new InvalidInputException(
          "after %d updates the %s's loss of an image of class %d is %s"
              .formatted(updates, model, label, loss),
          remedy);
    }
  }
}
