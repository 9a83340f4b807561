package io.winnow.selector;

import io.winnow.contracts.spec.SelectionSpec.Scope;
import io.winnow.storage.features.FeatureRows;
import io.winnow.storage.features.FeatureStatistics;
import java.util.function.Consumer;

/** A log-density over feature rows. */
interface Density {

  /**
   * ln p(z).
   *
   * @param features rows of d values
   * @param row which of them is z
   * @param scratch at least d values, overwritten
   */
  double log(float[] features, int row, double[] scratch);

  /** Fits a density to the mean and covariance of a group of rows. */
  interface Fit {
    /**
     * @param mean length d
     * @param covariance d×d, row-major, of maximum likelihood (divided by n)
     * @param what names the group in errors
     */
    Density of(double[] mean, double[] covariance, String what);
  }

  /** Log-density of every row under the density of its class, or under that of all rows. */
  static double[] scores(FeatureTable table, Scope scope, Fit fit) {
    Density[] densities = densities(table, scope, fit);
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

  private static Density[] densities(FeatureTable table, Scope scope, Fit fit) {
    FeatureStatistics statistics = table.statistics();
    if (scope == Scope.GLOBAL) {
      return new Density[] {fit.of(statistics.mean(), statistics.covariance(0), "the data set")};
    }
    Density[] densities = new Density[table.classes()];
    for (int c = 0; c < densities.length; c++) {
      if (statistics.count(c) > 0) {
        densities[c] = fit.of(statistics.mean(c), statistics.covariance(c, 0), "class " + c);
        table.alive();
      }
    }
    return densities;
  }
}
