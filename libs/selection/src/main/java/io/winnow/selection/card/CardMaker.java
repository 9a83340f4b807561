package io.winnow.selection.card;

import io.winnow.selection.FeatureTable;
import io.winnow.selection.Selection;
import io.winnow.selection.SelectionParameters;
import io.winnow.selection.card.CoresetCard.Group;
import io.winnow.selection.card.CoresetCard.Measures;
import io.winnow.torch.algebra.Algebra;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Makes the card of a coreset. Goes over the features once for the map and the variances, and once
 * for every lot of classes whose rows are held to find neighbours.
 */
public final class CardMaker {
  private final FeatureTable table;
  private final List<String> names;
  private final Algebra algebra;
  private final Runnable heartbeat;

  /**
   * @param table all rows of the split, at least one
   * @param names of the classes, by label
   * @param algebra on the engine
   * @param heartbeat told now and then
   */
  public CardMaker(FeatureTable table, List<String> names, Algebra algebra, Runnable heartbeat) {
    this.table = table;
    this.algebra = algebra;
    this.names = List.copyOf(names);
    this.heartbeat = heartbeat;
  }

  /**
   * @param spec how the rows were selected
   * @param scores one a row, finite
   * @param selection of these rows
   */
  public CardFiles make(SelectionParameters spec, double[] scores, Selection selection) {
    boolean[] kept = new boolean[scores.length];
    for (long row : selection.indices()) {
      kept[(int) row] = true;
    }
    Overview overview = Overview.of(table, kept, algebra);
    heartbeat.run();
    CoresetCard card = card(spec, scores, selection, kept, overview);
    Lettering lettering = Lettering.load();
    return new CardFiles(
        card,
        new MapPicture(lettering).png(card, overview, table.labels(), kept),
        new HistogramPicture(lettering).png(card));
  }

  private CoresetCard card(
      SelectionParameters spec,
      double[] scores,
      Selection selection,
      boolean[] kept,
      Overview overview) {
    int most = ClassLikeness.mostRows(table.dimension());
    int[][] measured =
        Arrays.stream(selection.ranked())
            .map(rows -> RowSample.of(rows, kept, most))
            .toArray(int[][]::new);
    Likeness[] likeness =
        new ClassLikeness(table, kept, ClassLikeness.BUFFER, heartbeat).of(measured);
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
                        likeness[c] == null ? null : (Double) likeness[c].recall(),
                        likeness[c] == null ? null : (Double) likeness[c].coverage(),
                        overview.variance()[c]))
            .toList();
    return new CoresetCard(
        spec,
        new Measures(
            Likeness.RECALL_NEIGHBOUR,
            Likeness.COVERAGE_NEIGHBOUR,
            most,
            RowSample.NAME,
            RowSample.SEED),
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

  private static Double weighted(List<Group> classes, ToDoubleFunction<Group> figure) {
    List<Group> filled = classes.stream().filter(group -> Objects.nonNull(group.recall())).toList();
    long rows = filled.stream().mapToLong(Group::count).sum();
    return filled.stream().mapToDouble(g -> figure.applyAsDouble(g) * g.count()).sum() / rows;
  }
}
