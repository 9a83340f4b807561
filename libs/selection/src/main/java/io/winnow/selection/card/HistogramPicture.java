package io.winnow.selection.card;

import io.winnow.selection.card.CoresetCard.Group;
import java.awt.Color;
import java.util.List;

/** Scores of kept and pruned rows, a panel a class. */
final class HistogramPicture {
  /** Panels at most: the first classes'. */
  static final int MOST_PANELS = 20;

  private static final Color KEPT = new Color(0x1F, 0x77, 0xB4);
  private static final int COLUMNS = 3;
  private static final int GAP = 24;
  private static final double PANEL_WIDTH =
      (Canvas.WIDTH - 2.0 * Canvas.MARGIN - (COLUMNS - 1) * GAP) / COLUMNS;
  private static final int PANEL_HEIGHT = 216;
  private static final int BARS_TOP = 34;
  private static final int BARS_HEIGHT = 132;
  private static final int TOP = 132;
  private static final int CAPTION_LINE = 25;

  private final Lettering lettering;

  HistogramPicture(Lettering lettering) {
    this.lettering = lettering;
  }

  /**
   * @return a PNG, {@link Canvas#WIDTH} wide; equal input gives equal bytes
   */
  byte[] png(CoresetCard card) {
    List<Group> shown = card.classes().stream().limit(MOST_PANELS).toList();
    List<String> caption = Canvas.lines(lettering, caption(card, shown.size()), Canvas.SMALL);
    int captionTop = TOP + (shown.size() + COLUMNS - 1) / COLUMNS * PANEL_HEIGHT;
    int height = captionTop + caption.size() * CAPTION_LINE + Canvas.MARGIN - 8;
    try (Canvas canvas = new Canvas(height, lettering)) {
      canvas.text("Scores of kept and pruned rows", Canvas.MARGIN, 44, Canvas.TITLE, Canvas.INK);
      canvas.text(Words.selection(card), Canvas.MARGIN, 76, Canvas.TEXT, Canvas.FAINT_INK);
      key(canvas, Canvas.MARGIN, KEPT, "kept");
      key(canvas, Canvas.MARGIN + 110, Canvas.PRUNED, "pruned");
      for (int i = 0; i < shown.size(); i++) {
        double x = Canvas.MARGIN + i % COLUMNS * (PANEL_WIDTH + GAP);
        panel(canvas, shown.get(i), x, TOP + i / COLUMNS * PANEL_HEIGHT);
      }
      for (int i = 0; i < caption.size(); i++) {
        double baseline = captionTop + i * CAPTION_LINE + Canvas.SMALL;
        canvas.text(caption.get(i), Canvas.MARGIN, baseline, Canvas.SMALL, Canvas.FAINT_INK);
      }
      return canvas.png();
    }
  }

  private static void key(Canvas canvas, double x, Color colour, String name) {
    canvas.box(x, 92, 18, 18, colour);
    canvas.text(name, x + 26, 108, Canvas.TEXT, Canvas.INK);
  }

  private void panel(Canvas canvas, Group group, double x, double top) {
    String kept = Words.kept(group);
    double room = PANEL_WIDTH - lettering.width(kept, Canvas.SMALL) - 12;
    String name = lettering.fit(group.name(), Canvas.TEXT, room);
    canvas.text(name, x, top + 22, Canvas.TEXT, Canvas.INK);
    double right = x + PANEL_WIDTH;
    canvas.text(kept, right, top + 22, Canvas.SMALL, Canvas.FAINT_INK, Canvas.Anchor.RIGHT);
    double floor = top + BARS_TOP + BARS_HEIGHT;
    bars(canvas, group.scores(), x, floor);
    canvas.line(x, floor + 0.5, right, floor + 0.5, Canvas.INK);
    double[] edges = group.scores().edges();
    if (edges.length > 0) {
      String low = Words.score(edges[0]);
      String high = Words.score(edges[edges.length - 1]);
      double baseline = floor + 21;
      canvas.text(low, x, baseline, Canvas.SMALL, Canvas.FAINT_INK);
      canvas.text(high, right, baseline, Canvas.SMALL, Canvas.FAINT_INK, Canvas.Anchor.RIGHT);
    }
  }

  /** Kept rows from the floor up, pruned ones on top of them. */
  private static void bars(Canvas canvas, Histogram scores, double x, double floor) {
    long tallest = 1;
    int bins = scores.kept().length;
    for (int i = 0; i < bins; i++) {
      tallest = Math.max(tallest, scores.kept()[i] + scores.pruned()[i]);
    }
    // one bin alone stands in the middle, no wider than it must be to be seen
    double width = bins == 1 ? PANEL_WIDTH / 8 : PANEL_WIDTH / bins;
    double left = bins == 1 ? x + (PANEL_WIDTH - width) / 2 : x;
    for (int i = 0; i < bins; i++) {
      double kept = (double) BARS_HEIGHT * scores.kept()[i] / tallest;
      double pruned = (double) BARS_HEIGHT * scores.pruned()[i] / tallest;
      canvas.box(left + i * width, floor - kept, width - 1, kept, KEPT);
      canvas.box(left + i * width, floor - kept - pruned, width - 1, pruned, Canvas.PRUNED);
    }
  }

  private static String caption(CoresetCard card, int shown) {
    String how =
        "Rows by score, in "
            + Histogram.BINS
            + " equal bins over the scores of each class, from its lowest (left) to its highest;"
            + " kept rows below, pruned ones on top. Each panel is scaled by itself.";
    return shown == card.classes().size()
        ? how
        : how
            + " The first "
            + shown
            + " of "
            + Words.number(card.classes().size())
            + " classes are shown.";
  }
}
