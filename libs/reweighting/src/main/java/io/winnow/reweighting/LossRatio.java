package io.winnow.reweighting;

import io.winnow.contracts.InvalidInputException;

/**
 * λ_c is the mean of ℓ_proxy divided by the mean of ℓ_ref over the samples of c: a plain measure of
 * how far the proxy is behind the reference, without feedback.
 */
final class LossRatio implements ProxyMethod {

  @Override
  public String name() {
    return "loss-ratio";
  }

  @Override
  public String description() {
    return "Proportional to the loss of a proxy model divided by that of a reference model";
  }

  @Override
  public boolean needsReference() {
    return true;
  }

  @Override
  public boolean feedback() {
    return false;
  }

  @Override
  public double initial() {
    return 1;
  }

  @Override
  public double contribution(double proxy, double reference) {
    return proxy;
  }

  @Override
  public double lambda(double contributions, double references, int samples, int label) {
    if (!(references > 0)) {
      throw new InvalidInputException(
          "the loss of the reference on images of class " + label + " is 0, so there is no ratio",
          "use another reference model, or \"reweight.method\" \"dro\"");
    }
    return contributions / references;
  }
}
