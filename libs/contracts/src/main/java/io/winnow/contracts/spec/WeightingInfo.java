package io.winnow.contracts.spec;

/**
 * What specs, forms and services need to know about a weighting method. The methods themselves are
 * in {@code io.winnow.reweighting}, which declares these values.
 *
 * @param name lower-case words joined by hyphens, as in a run spec
 * @param description one line: where the class weights come from
 * @param proxy whether a proxy model is trained
 * @param reference whether a reference model is needed
 */
public record WeightingInfo(String name, String description, boolean proxy, boolean reference) {}
