package io.winnow.selection.card;

import io.winnow.selection.card.CoresetCard.Group;
import java.awt.Color;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Rows along the first two principal components: pruned ones in grey, kept ones over them. */
final class MapPicture {
  /** Rows drawn at most; of more, every n-th of each class is. */
  static final int MOST_ROWS = 20_000;

  private static final int PLOT_TOP = 92;
  private static final int PLOT_SIDE = Canvas.WIDTH - 2 * Canvas.MARGIN;
  private static final int PLOT_HEIGHT = 720;
  private static final int PADDING = 14;
  // share of the values at either end that need not be in the frame, and the space beyond the
  // others
  private static final double BEYOND = 0.002;
  private static final int FEW = 100;
  private static final double BEYOND_MARGIN = 0.1;
  private static final int LEGEND_COLUMNS = 4;
  private static final int LEGEND_LINE = 30;
  private static final int CAPTION_LINE = 25;

  private final Lettering lettering;

  private enum Layer {
    PRUNED,
    OTHER_CLASSES,
    NAMED_CLASSES;

    static Layer of(boolean kept, int label) {
      return !kept ? PRUNED : label < Palette.size() ? NAMED_CLASSES : OTHER_CLASSES;
    }
  }

  private record Entry(String name, Color colour) {}

  MapPicture(Lettering lettering) {
    this.lettering = lettering;
  }

  /**
   * @param labels one a row
   * @param kept one a row
   * @return a PNG, {@link Canvas#WIDTH} wide; equal input gives equal bytes
   */
  byte[] png(CoresetCard card, Overview overview, int[] labels, boolean[] kept) {
    List<Entry> legend = legend(card);
    int step = Math.max(1, (int) Math.ceil((double) labels.length / MOST_ROWS));
    List<String> caption = Canvas.lines(lettering, caption(card, overview, step), Canvas.SMALL);
    int legendTop = PLOT_TOP + PLOT_HEIGHT + 12;
    int lines = (legend.size() + LEGEND_COLUMNS - 1) / LEGEND_COLUMNS;
    int captionTop = legendTop + lines * LEGEND_LINE + 10;
    int height = captionTop + caption.size() * CAPTION_LINE + Canvas.MARGIN - 8;
    try (Canvas canvas = new Canvas(height, lettering)) {
      canvas.text("Coreset in feature space", Canvas.MARGIN, 44, Canvas.TITLE, Canvas.INK);
      canvas.text(Words.selection(card), Canvas.MARGIN, 76, Canvas.TEXT, Canvas.FAINT_INK);
      canvas.frame(Canvas.MARGIN, PLOT_TOP, PLOT_SIDE, PLOT_HEIGHT, Canvas.LINE);
      Frame across = Frame.of(overview.x(), Canvas.MARGIN + PADDING, PLOT_SIDE - 2 * PADDING);
      Frame up =
          Frame.of(overview.y(), PLOT_TOP + PLOT_HEIGHT - PADDING, -(PLOT_HEIGHT - 2 * PADDING));
      double radius = radius(labels.length / step);
      int[] drawn = everyNth(labels, card.classes().size(), step);
      // three layers; within one by row, not by class, so that no class lies wholly over another
      for (Layer layer : Layer.values()) {
        for (int row : drawn) {
          if (layer == Layer.of(kept[row], labels[row])) {
            double x = across.place(overview.x()[row]);
            double y = up.place(overview.y()[row]);
            Color colour = kept[row] ? Palette.of(labels[row]) : Canvas.PRUNED;
            canvas.dot(x, y, kept[row] ? radius + 0.5 : radius, colour);
          }
        }
      }
      draw(legend, canvas, legendTop);
      for (int i = 0; i < caption.size(); i++) {
        double baseline = captionTop + i * CAPTION_LINE + Canvas.SMALL;
        canvas.text(caption.get(i), Canvas.MARGIN, baseline, Canvas.SMALL, Canvas.FAINT_INK);
      }
      return canvas.png();
    }
  }

  /** Not every n-th row: with classes in turns, that would leave whole classes out. */
  private static int[] everyNth(int[] labels, int classes, int step) {
    int[] seen = new int[classes];
    return IntStream.range(0, labels.length).filter(r -> seen[labels[r]]++ % step == 0).toArray();
  }

  private static double radius(int drawn) {
    return drawn > 6_000 ? 1.7 : drawn > 1_000 ? 2.3 : 3.5;
  }

  private static List<Entry> legend(CoresetCard card) {
    List<Entry> legend = new ArrayList<>();
    List<Group> classes = card.classes();
    int named = Math.min(classes.size(), Palette.size());
    for (int label = 0; label < named; label++) {
      legend.add(new Entry(classes.get(label).name(), Palette.of(label)));
    }
    if (named < classes.size()) {
      String others = Words.number(classes.size() - named) + " other classes";
      legend.add(new Entry(others, Palette.of(named)));
    }
    if (card.all().pruned() > 0) {
      legend.add(new Entry("pruned", Canvas.PRUNED));
    }
    return legend;
  }

  private void draw(List<Entry> legend, Canvas canvas, int top) {
    double width = (double) PLOT_SIDE / LEGEND_COLUMNS;
    for (int i = 0; i < legend.size(); i++) {
      double x = Canvas.MARGIN + i % LEGEND_COLUMNS * width;
      double baseline = top + i / LEGEND_COLUMNS * LEGEND_LINE + Canvas.TEXT;
      canvas.dot(x + 8, baseline - 7, 7, legend.get(i).colour());
      String name = lettering.fit(legend.get(i).name(), Canvas.TEXT, width - 30);
      canvas.text(name, x + 23, baseline, Canvas.TEXT, Canvas.INK);
    }
  }

  private static String caption(CoresetCard card, Overview overview, int step) {
    double[] shares = overview.plane().shares();
    String axes =
        "Across: the first principal component of all rows' features, with "
            + Words.percent(shares[0])
            + " of their variance; up: the second, with "
            + Words.percent(shares[1])
            + ". Each fills its side; the few rows beyond lie on the edge.";
    return step == 1
        ? axes + " Every row is drawn."
        : axes + " One row in " + Words.number(step) + " of each class is drawn.";
  }

  /** From values to pixels; values beyond the frame lie on its edge. */
  private record Frame(double low, double high, double from, double length) {

    /** Around all but the outermost values at either end, which may lie very far out. */
    static Frame of(float[] values, double from, double length) {
      float[] sorted = values.clone();
      Arrays.sort(sorted);
      int beyond = sorted.length < FEW ? 0 : (int) Math.ceil(sorted.length * BEYOND);
      double low = sorted[beyond];
      double high = sorted[sorted.length - 1 - beyond];
      double margin = beyond == 0 ? 0 : (high - low) * BEYOND_MARGIN;
      return new Frame(
          Math.max(sorted[0], low - margin),
          Math.min(sorted[sorted.length - 1], high + margin),
          from,
          length);
    }

    double place(double value) {
      double share = high > low ? (value - low) / (high - low) : 0.5;
      return from + Math.min(1, Math.max(0, share)) * length;
    }
  }
}
