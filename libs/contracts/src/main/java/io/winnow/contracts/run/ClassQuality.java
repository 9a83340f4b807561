package io.winnow.contracts.run;

/**
 * How good the samples of one class are, judged by the held-out images of that class alone. A
 * figure is null where either side has too few rows to say something: the Fréchet distance wants
 * more rows than there are features, the others 20.
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
