package io.winnow.selection.card;

import io.winnow.metrics.Prdc;
import io.winnow.selection.Selection;
import io.winnow.selection.SelectionParameters;
import io.winnow.selection.card.CoresetCard.Group;
import io.winnow.selection.card.CoresetCard.Measures;
import io.winnow.selection.features.FeatureTable;
import io.winnow.torch.algebra.Algebra;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Makes the card of a coreset. Reads the features twice for the map and the variances, and once for
 * every lot of classes whose rows are held to find neighbours. For one thread.
 */
public final class CardMaker {
  private final FeatureTable table;
  private final List<String> names;
  private final Algebra algebra;
  private final Runnable heartbeat;

  /**
   * @param table all rows of the split, at least one
   * @param names names of the classes, by label
   * @param algebra linear algebra on the engine
   * @param heartbeat called regularly
   */
  public CardMaker(FeatureTable table, List<String> names, Algebra algebra, Runnable heartbeat) {
    this.table = table;
    this.algebra = algebra;
    this.names = List.copyOf(names);
    this.heartbeat = heartbeat;
  }

  /**
   * @param spec how the rows were selected
   * @param scores one per row, finite
   * @param selection of these rows
   */
  public CardFiles make(SelectionParameters spec, double[] scores, Selection selection) {
    boolean[] kept = new boolean[scores.length];
    for (long row : selection.indices()) {
      kept[(int) row] = true;
    }
    Overview overview = Overview.of(table, kept, algebra, heartbeat);
    CoresetCard card = card(spec, scores, selection, kept, overview);
    return new CardFiles(
        card, MapPicture.png(card, overview, table.labels(), kept), HistogramPicture.png(card));
  }

  private CoresetCard card(
      SelectionParameters spec,
      double[] scores,
      Selection selection,
      boolean[] kept,
      Overview overview) {
    int most = ClassRecallCoverage.mostRows(table.dimension());
    int[][] measured =
        Arrays.stream(selection.ranked())
            .map(rows -> RowSample.of(rows, kept, most))
            .toArray(int[][]::new);
    RecallCoverage[] represented =
        new ClassRecallCoverage(table, kept, ClassRecallCoverage.BUFFER, algebra, heartbeat)
            .of(measured);
    List<Group> classes =
        IntStream.range(0, names.size())
            .mapToObj(
                c ->
                    new Group(
                        names.get(c),
                        selection.counts()[c],
                        selection.kept()[c],
                        selection.counts()[c] - selection.kept()[c],
                        Histogram.of(scores, selection.ranked()[c], kept),
                        measured[c].length,
                        represented[c] == null ? null : (Double) represented[c].recall(),
                        represented[c] == null ? null : (Double) represented[c].coverage(),
                        overview.variance()[c]))
            .toList();
    return new CoresetCard(
        spec,
        new Measures(
            Prdc.MANIFOLD_NEIGHBOUR, Prdc.DENSITY_NEIGHBOUR, most, RowSample.NAME, RowSample.SEED),
        all(scores, kept, classes, overview.variance()[names.size()]),
        classes);
  }

  private static Group all(
      double[] scores, boolean[] isKept, List<Group> classes, Double variance) {
    long kept = classes.stream().mapToLong(Group::kept).sum();
    return new Group(
        null,
        scores.length,
        kept,
        scores.length - kept,
        Histogram.of(scores, IntStream.range(0, scores.length).toArray(), isKept),
        classes.stream().mapToLong(Group::measured).sum(),
        weighted(classes, Group::recall),
        weighted(classes, Group::coverage),
        variance);
  }

  private static Double weighted(List<Group> classes, ToDoubleFunction<Group> value) {
    List<Group> filled = classes.stream().filter(group -> Objects.nonNull(group.recall())).toList();
    long rows = filled.stream().mapToLong(Group::count).sum();
    return filled.stream().mapToDouble(g -> value.applyAsDouble(g) * g.count()).sum() / rows;
  }
}
