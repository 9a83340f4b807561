package io.winnow.reweighting;

import io.winnow.contracts.spec.WeightingInfo;

/**
 * A way to derive class weights: either {@link FixedMethod} or {@link ProxyMethod}. Stateless, and
 * safe for use by many threads.
 */
public sealed interface WeightingMethod permits FixedMethod, ProxyMethod {

  /** Lower-case words joined by hyphens, as in a run spec. */
  String name();

  /** One line: where the class weights come from. */
  String description();

  /** The declarations of the method, as specs and services use them. */
  WeightingInfo info();
}
