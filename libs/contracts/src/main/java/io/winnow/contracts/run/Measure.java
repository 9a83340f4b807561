package io.winnow.contracts.run;

/**
 * A figure of some samples, with how much of it is chance.
 *
 * @param value the figure, of all samples
 * @param spread half the width of its 95 % interval over draws of the samples: the model, its
 *     training and the held-out images stay as they are. By the delete-a-group jackknife (Wolter,
 *     Introduction to Variance Estimation, 2007, ch. 4) over ten groups; null where there are too
 *     few samples for groups
 */
public record Measure(double value, Double spread) {

  /** A figure without a spread. */
  public static Measure of(double value) {
    return new Measure(value, null);
  }
}
