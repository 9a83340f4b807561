package io.winnow.experiments;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A metric over seeds.
 *
 * @param mean of the values
 * @param deviation sample standard deviation (n − 1); null for a single value
 * @param values one per seed
 */
public record Spread(double mean, Double deviation, List<Double> values) {

  /** Ignores nulls; returns null if there is no value. */
  static Spread of(List<Double> values) {
    double[] known = values.stream().filter(Objects::nonNull).mapToDouble(v -> v).toArray();
    if (known.length == 0) {
      return null;
    }
    double mean = Arrays.stream(known).average().orElseThrow();
    double squares = Arrays.stream(known).map(v -> (v - mean) * (v - mean)).sum();
    return new Spread(
        mean,
        known.length == 1 ? null : Math.sqrt(squares / (known.length - 1)),
        Arrays.stream(known).boxed().toList());
  }
}
