/**
 * Class weights. A weighting method is one class that implements {@link
 * io.winnow.reweighting.FixedMethod} or {@link io.winnow.reweighting.ProxyMethod}, and one line in
 * {@link io.winnow.reweighting.WeightingMethods}. {@link io.winnow.reweighting.ProxyLoop} trains
 * the proxy while {@link io.winnow.reweighting.DroWeights} follow its losses. After a change of the
 * registry, run {@code WeightingCatalogTest} with {@code -Dwinnow.schemas.write=true} to regenerate
 * the catalog that run specs are checked against.
 */
package io.winnow.reweighting;
