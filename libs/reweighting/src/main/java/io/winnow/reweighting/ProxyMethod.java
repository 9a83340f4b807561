package io.winnow.reweighting;

import io.winnow.contracts.spec.WeightingInfo;

/**
 * Class weights that follow the losses of a proxy model. With ℓ the denoising loss of a sample at a
 * random timestep and noise, the same for proxy and reference, a method defines λ_c, what a batch
 * shows about class c; a class without samples in the batch keeps its λ_c.
 *
 * <p>With {@link #feedback}, weights are updated multiplicatively and weight the training of the
 * proxy: ln w ← ln w + η λ, w ← softmax(ln w), w ← (1−s) w + s/k; the result is the mean of w over
 * updates. Without it, w_c is proportional to the mean of λ_c over updates, smoothed with s; the
 * proxy is trained without class weights, and there is no η.
 */
public non-sealed interface ProxyMethod extends WeightingMethod {

  /** Whether a reference model is needed. */
  boolean needsReference();

  /** Whether weights are updated multiplicatively and weight the training of the proxy. */
  boolean feedback();

  /** λ before the first sample of a class. */
  double initial();

  /**
   * What a sample contributes to its class.
   *
   * @param proxy the loss of the sample under the proxy
   * @param reference its loss under the reference; 0 without one
   */
  double contribution(double proxy, double reference);

  /**
   * λ of a class from the samples of a batch.
   *
   * @param contributions sum over the samples
   * @param references sum of the losses under the reference
   * @param samples at least 1
   * @param label the class, for errors
   * @throws io.winnow.contracts.InvalidInputException the losses allow no λ
   */
  default double lambda(double contributions, double references, int samples, int label) {
    return contributions / samples;
  }

  @Override
  default WeightingInfo info() {
    return new WeightingInfo(name(), description(), true, needsReference());
  }
}
