package io.winnow.selector;

import io.winnow.contracts.spec.SelectionSpec.Scope;
import io.winnow.storage.features.FeatureRows;
import io.winnow.storage.features.FeatureStatistics;
import java.util.function.Consumer;

/**
 * How likely a row is under a Gaussian fitted to its class (scope {@code class}) or to all rows
 * (scope {@code global}); the likeliest rows are kept. The fit is by maximum likelihood (covariance
 * divided by n) plus {@link GaussianDensity#RIDGE} on the diagonal, so that a class of one row has
 * a density too. Li et al., Pruning then Reweighting, arXiv 2409.19128.
 */
final class GaussianCriterion implements Criterion {

  @Override
  public Order order() {
    return Order.HIGHEST;
  }

  @Override
  public double[] scores(FeatureTable table, Scope scope) {
    GaussianDensity[] densities = densities(table, scope);
    double[] scores = new double[table.rows()];
    double[] scratch = new double[table.dimension()];
    table.scan(
        new Consumer<>() {
          private int at;

          @Override
          public void accept(FeatureRows rows) {
            for (int i = 0; i < rows.rows(); i++) {
              int group = scope == Scope.CLASS ? rows.labels()[i] : 0;
              scores[at++] = densities[group].log(rows.features(), i, scratch);
            }
          }
        });
    return scores;
  }

  private static GaussianDensity[] densities(FeatureTable table, Scope scope) {
    FeatureStatistics statistics = table.statistics();
    if (scope == Scope.GLOBAL) {
      return new GaussianDensity[] {
        new GaussianDensity(statistics.mean(), statistics.covariance(0), "the data set")
      };
    }
    GaussianDensity[] densities = new GaussianDensity[table.classes()];
    for (int c = 0; c < densities.length; c++) {
      if (statistics.count(c) > 0) {
        densities[c] =
            new GaussianDensity(statistics.mean(c), statistics.covariance(c, 0), "class " + c);
      }
    }
    return densities;
  }
}
