package io.winnow.reweighting;

/**
 * Distributionally robust optimisation over a reference model: λ_c is the mean excess loss,
 * max(ℓ_proxy − ℓ_ref, 0), of the samples of c (DoReMi, Xie et al., arXiv 2305.10429, algorithm 1,
 * with classes as domains, as in Li et al., arXiv 2409.19128).
 */
final class Dro implements ProxyMethod {

  @Override
  public String name() {
    return "dro";
  }

  @Override
  public String description() {
    return "Follows the excess loss of a proxy model over a reference model";
  }

  @Override
  public boolean needsReference() {
    return true;
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
    return Math.max(proxy - reference, 0);
  }
}
