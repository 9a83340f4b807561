package io.winnow.selection.card;

import io.winnow.selection.card.CoresetCard.Group;
import java.awt.Color;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Rows along the first two principal components: pruned rows in grey, kept rows on top. */
final class MapPicture {
  /** Maximum number of rows drawn; of more rows, every n-th of each class is. */
  static final int MOST_ROWS = 20_000;

  private static final int HEIGHT = 760;
  // share of the values at either end that may lie outside the frame, and the margin around the
  // rest
  private static final double OUTSIDE = 0.002;
  private static final int FEW = 100;
  private static final double MARGIN = 0.1;
  // classes are drawn in turns, so that none covers the others
  private static final int TURNS = 8;

  private final CoresetCard card;
  private final int[] labels;
  private final boolean[] kept;
  private final int[] drawn;
  private final int[] turns;
  private final Axis across;
  private final Axis up;
  private final XYChart chart;

  private MapPicture(CoresetCard card, Overview overview, int[] labels, boolean[] kept, int step) {
    this.card = card;
    this.labels = labels;
    this.kept = kept;
    this.drawn = everyNth(labels, card.classes().size(), step);
    this.turns = turns(drawn, labels, kept, card.classes().size());
    this.across = Axis.of(overview.x());
    this.up = Axis.of(overview.y());
    String part =
        step == 1 ? "" : String.format(Locale.ROOT, "; 1 row in %,d of each class is shown", step);
    double[] shares = overview.plane().shares();
    this.chart =
        new XYChartBuilder()
            .width(Pictures.WIDTH)
            .height(HEIGHT)
            .title(
                "Coreset in feature space: "
                    + Pictures.kept(card.all())
                    + " rows kept by "
                    + card.selection().criterion())
            .xAxisTitle(
                "first principal component, " + Pictures.percent(shares[0]) + " of variance" + part)
            .yAxisTitle("second principal component, " + Pictures.percent(shares[1]))
            .build();
  }

  /**
   * @param labels one per row
   * @param kept one per row
   * @return a PNG, {@link Pictures#WIDTH} wide, the same on one machine for equal input; empty if
   *     this machine cannot draw text
   */
  static Optional<byte[]> png(CoresetCard card, Overview overview, int[] labels, boolean[] kept) {
    int step = Math.max(1, (int) Math.ceil((double) labels.length / MOST_ROWS));
    return Pictures.png(
        "map.png",
        out ->
            BitmapEncoder.saveBitmap(
                new MapPicture(card, overview, labels, kept, step).draw(), out, BitmapFormat.PNG));
  }

  private XYChart draw() {
    Pictures.style(chart.getStyler());
    chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
    chart.getStyler().setDefaultSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
    chart.getStyler().setMarkerSize(drawn.length > 6_000 ? 4 : drawn.length > 1_000 ? 5 : 8);
    chart.getStyler().setXAxisMin(across.low()).setXAxisMax(across.high());
    chart.getStyler().setYAxisMin(up.low()).setYAxisMax(up.high());
    List<Group> classes = card.classes();
    int named = Math.min(classes.size(), Pictures.coloured());
    add("pruned", Pictures.PRUNED, row -> !kept[row]);
    if (named < classes.size()) {
      String others = String.format(Locale.ROOT, "%,d other classes", classes.size() - named);
      add(others, Pictures.colour(named), row -> kept[row] && labels[row] >= named);
    }
    for (int turn = 0; turn < TURNS; turn++) {
      for (int label = 0; label < named; label++) {
        add(turn, label);
      }
    }
    return chart;
  }

  private void add(int turn, int label) {
    XYSeries series =
        add(
            // class names may repeat, the keys of series may not
            turn + "/" + label,
            Pictures.colour(label),
            row -> kept[row] && labels[row] == label && turns[row] == turn);
    if (series != null) {
      String name = card.classes().get(label).name();
      // XChart cannot draw an empty text
      series.setLabel(name.isEmpty() ? " " : name);
      series.setShowInLegend(turn == 0);
    }
  }

  /** Adds rows as a series, or returns null if there are none. */
  private XYSeries add(String key, Color colour, IntPredicate shown) {
    int[] rows = IntStream.of(drawn).filter(shown).toArray();
    if (rows.length == 0) {
      return null;
    }
    XYSeries series =
        chart.addSeries(
            key,
            IntStream.of(rows).mapToDouble(across::clamped).toArray(),
            IntStream.of(rows).mapToDouble(up::clamped).toArray());
    series.setMarker(SeriesMarkers.CIRCLE);
    series.setMarkerColor(colour);
    return series;
  }

  /** Deals out the kept rows of each class. */
  private static int[] turns(int[] drawn, int[] labels, boolean[] kept, int classes) {
    int[] turns = new int[labels.length];
    int[] seen = new int[classes];
    for (int row : drawn) {
      turns[row] = kept[row] ? seen[labels[row]]++ % TURNS : 0;
    }
    return turns;
  }

  /**
   * Every n-th row of each class: if classes alternate, every n-th row would omit whole classes.
   */
  private static int[] everyNth(int[] labels, int classes, int step) {
    int[] seen = new int[classes];
    return IntStream.range(0, labels.length).filter(r -> seen[labels[r]]++ % step == 0).toArray();
  }

  /** The values along an axis, and the range that is shown; values outside lie on its edge. */
  private record Axis(float[] values, double low, double high) {

    /** Shows all but the outermost values at either end, which may lie far away. */
    static Axis of(float[] values) {
      float[] sorted = values.clone();
      Arrays.sort(sorted);
      int outside = sorted.length < FEW ? 0 : (int) Math.ceil(sorted.length * OUTSIDE);
      double low = sorted[outside];
      double high = sorted[sorted.length - 1 - outside];
      double margin = high > low ? (high - low) * MARGIN : 1;
      return new Axis(values, low - margin, high + margin);
    }

    double clamped(int row) {
      return Math.min(high, Math.max(low, values[row]));
    }
  }
}
