package io.winnow.contracts.run;

/**
 * Whether samples lie closer to the images that the model was trained on than images it has never
 * seen do: what copying would look like. In the manner of the data-copying test of Meehan,
 * Chaudhuri and Dasgupta (A Non-Parametric Test to Detect Data-Copying in Generative Models, arXiv
 * 2004.05675), which compares the same two sets of distances by their ranks; here the lowest ones
 * count, since occasional copies do not show in a comparison of all samples.
 *
 * <p>With D(z) the distance of z to its nearest trained image and m held-out images h, the
 * threshold τ is the (⌊m/100⌋ + 1)-th smallest D(h).
 *
 * @param share of the samples z with D(z) &lt; τ, in [0, 1]
 * @param expected that share for samples which are as held-out images are: (⌊m/100⌋ + 1)/(m + 1),
 *     about 1 %
 * @param distanceRatio median D of samples over median D of held-out images: below 1 where samples
 *     lie closer; null where the latter is 0
 * @param trained images that the model was trained on: the coreset's
 */
public record Memorisation(Measure share, double expected, Double distanceRatio, long trained) {}
