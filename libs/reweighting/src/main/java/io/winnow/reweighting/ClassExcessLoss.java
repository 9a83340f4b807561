package io.winnow.reweighting;

import io.winnow.contracts.InvalidInputException;
import io.winnow.store.tensor.Tensor;
import java.util.Arrays;

/** λ of a {@link ProxyMethod}: for each class, from the last batch that had samples of it. */
final class ClassExcessLoss {
  private final ProxyMethod method;
  private final double[] lambda;

  ClassExcessLoss(ProxyMethod method, int classes) {
    this.method = method;
    this.lambda = new double[classes];
    Arrays.fill(lambda, method.initial());
  }

  /**
   * @param proxy loss of each of B samples under the proxy
   * @param reference loss under the reference, at the same timestep and noise; null without one
   * @param labels in [0, k), length B
   * @param updates number of earlier updates, for errors
   * @throws InvalidInputException a loss is not finite, or the losses allow no λ
   */
  void update(float[] proxy, float[] reference, int[] labels, long updates) {
    double[] contributions = new double[lambda.length];
    double[] references = new double[lambda.length];
    int[] samples = new int[lambda.length];
    for (int i = 0; i < labels.length; i++) {
      int c = labels[i];
      requireFinite(proxy[i], "proxy", c, updates, "lower \"reweight.learningRate\"");
      double ofReference = reference == null ? 0 : reference[i];
      requireFinite(ofReference, "reference", c, updates, "use another reference model");
      contributions[c] += method.contribution(proxy[i], ofReference);
      references[c] += ofReference;
      samples[c]++;
    }
    for (int c = 0; c < lambda.length; c++) {
      if (samples[c] > 0) {
        lambda[c] = method.lambda(contributions[c], references[c], samples[c], c);
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
