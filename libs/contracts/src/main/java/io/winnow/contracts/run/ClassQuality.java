package io.winnow.contracts.run;

/**
 * Quality of the samples of one class, against the held-out images of that class. A metric is null
 * where either side has too few rows: the Fréchet distance needs more rows than features, the other
 * metrics 20.
 *
 * @param name the class
 * @param samples of the class
 * @param heldout images of the class
 * @param frechet as in {@link Quality}, and so on
 */
public record ClassQuality(
    String name,
    long samples,
    long heldout,
    Double frechet,
    Double precision,
    Double recall,
    Double density,
    Double coverage) {}
