package io.winnow.reweighting;

/**
 * The update of {@link Dro} with the loss of the proxy itself: λ_c is the mean of ℓ_proxy (Sagawa
 * et al., arXiv 1911.08731, algorithm 1, which draws one group per step, whereas this uses all
 * groups of a batch). Classes that are hard for any model gain weight, too.
 */
final class GroupDro implements ProxyMethod {

  @Override
  public String name() {
    return "group-dro";
  }

  @Override
  public String description() {
    return "Follows the loss of a proxy model; needs no reference model";
  }

  @Override
  public boolean needsReference() {
    return false;
  }

  @Override
  public boolean feedback() {
    return true;
  }

  @Override
  public double initial() {
    return 0;
  }

  @Override
  public double contribution(double proxy, double reference) {
    return proxy;
  }
}
