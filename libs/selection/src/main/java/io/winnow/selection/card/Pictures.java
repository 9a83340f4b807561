package io.winnow.selection.card;

import java.awt.Color;
import java.awt.Font;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Optional;
import org.knowm.xchart.style.AxesChartStyler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the pictures of a card have in common. */
final class Pictures {
  /** Pixels: a phone shows a picture at about half this width. */
  static final int WIDTH = 900;

  static final Font TEXT = new Font(Font.SANS_SERIF, Font.PLAIN, 16);
  static final Color PRUNED = new Color(0xCC, 0xCC, 0xCC);

  private static final Color FRAME = new Color(0xC4, 0xC4, 0xC4);
  private static final Logger LOG = LoggerFactory.getLogger(Pictures.class);
  // distinguishable from each other, from white and from light grey
  private static final int[] CLASSES = {
    0x1F77B4, 0xFF7F0E, 0x2CA02C, 0xD62728, 0x9467BD, 0x8C564B, 0xE377C2, 0x17BECF, 0xB5B800,
    0x000075, 0xF5C400, 0x006D5B, 0xF032E6, 0x6AF06A, 0xFF9DA7, 0x5B2A00, 0x7B8CFF, 0x800000,
    0x00E0C0, 0x111111
  };

  private Pictures() {}

  /** Draws charts and encodes them. */
  interface Drawing {
    void write(OutputStream png) throws IOException;
  }

  /**
   * @return a PNG, or empty if this machine has no fonts to draw text with, which is logged
   */
  static Optional<byte[]> png(String name, Drawing drawing) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      drawing.write(out);
      return Optional.of(out.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (LinkageError | InternalError e) {
      LOG.warn("No {}: this machine cannot draw text ({})", name, e.toString());
      return Optional.empty();
    }
  }

  /** Number of classes with a colour of their own. */
  static int coloured() {
    return CLASSES.length;
  }

  /** The colour of a class; classes without their own share a dark grey. */
  static Color colour(int label) {
    return label < CLASSES.length ? new Color(CLASSES[label]) : new Color(0x6E, 0x6E, 0x6E);
  }

  static void style(AxesChartStyler style) {
    style.setChartBackgroundColor(Color.WHITE);
    style.setPlotBorderColor(FRAME);
    style.setLegendBorderColor(Color.WHITE);
    style.setLegendFont(TEXT);
    style.setChartTitleFont(TEXT.deriveFont(Font.BOLD));
    style.setAxisTitleFont(TEXT);
    style.setAxisTickLabelsFont(TEXT.deriveFont(14f));
    style.setPlotGridLinesVisible(false);
    style.setLocale(Locale.ROOT);
  }

  /** E.g. {@code 3,000 of 12,000}. */
  static String kept(CoresetCard.Group group) {
    return String.format(Locale.ROOT, "%,d of %,d", group.kept(), group.count());
  }

  static String percent(double share) {
    return String.format(Locale.ROOT, share < 0.0995 ? "%.1f %%" : "%.0f %%", 100 * share);
  }
}
