package io.winnow.selection.card;

import io.winnow.selection.card.CoresetCard.Group;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Histograms of the scores of kept and pruned rows, one panel per class. */
final class HistogramPicture {
  /** Maximum number of panels; the first classes are shown. */
  static final int MOST_PANELS = 20;

  private static final Color KEPT = new Color(0x1F, 0x77, 0xB4);
  private static final int COLUMNS = 3;
  private static final int PANEL_HEIGHT = 230;

  private HistogramPicture() {}

  /**
   * @return a PNG, {@link Pictures#WIDTH} wide, the same on one machine for equal input; empty if
   *     this machine cannot draw text
   */
  static Optional<byte[]> png(CoresetCard card) {
    return Pictures.png(
        "histograms.png",
        out -> {
          List<CategoryChart> panels = new ArrayList<>();
          card.classes().stream()
              .limit(MOST_PANELS)
              .forEach(group -> panels.add(panel(group, panels.isEmpty())));
          ImageIO.write(grid(panels), "png", out);
        });
  }

  private static BufferedImage grid(List<CategoryChart> panels) {
    int lines = (panels.size() + COLUMNS - 1) / COLUMNS;
    BufferedImage picture =
        new BufferedImage(Pictures.WIDTH, lines * PANEL_HEIGHT, BufferedImage.TYPE_3BYTE_BGR);
    Graphics2D graphics = picture.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, picture.getWidth(), picture.getHeight());
    for (int i = 0; i < panels.size(); i++) {
      graphics.drawImage(
          BitmapEncoder.getBufferedImage(panels.get(i)),
          i % COLUMNS * (Pictures.WIDTH / COLUMNS),
          i / COLUMNS * PANEL_HEIGHT,
          null);
    }
    graphics.dispose();
    return picture;
  }

  /** Kept rows at the bottom, pruned rows stacked on top of them. */
  private static CategoryChart panel(Group group, boolean legend) {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(Pictures.WIDTH / COLUMNS)
            .height(PANEL_HEIGHT)
            .title(group.name() + ": " + Pictures.kept(group))
            .build();
    Pictures.style(chart.getStyler());
    chart.getStyler().setStacked(true).setAvailableSpaceFill(0.98);
    chart.getStyler().setLegendVisible(legend).setLegendPosition(LegendPosition.InsideNW);
    chart.getStyler().setXAxisMaxLabelCount(3);
    chart.getStyler().setSeriesColors(new Color[] {KEPT, Pictures.PRUNED});
    chart.getStyler().setxAxisTickLabelsFormattingFunction(HistogramPicture::score);
    List<Double> bins = bins(group.scores());
    chart.addSeries("kept", bins, counts(group.scores().kept(), bins.size()));
    chart.addSeries("pruned", bins, counts(group.scores().pruned(), bins.size()));
    return chart;
  }

  private static List<Long> counts(long[] counts, int bins) {
    return LongStream.concat(LongStream.of(counts), LongStream.generate(() -> 0))
        .limit(bins)
        .boxed()
        .toList();
  }

  /** The middle of each bin; one empty bin without rows. */
  private static List<Double> bins(Histogram scores) {
    return scores.kept().length == 0
        ? List.of(0.0)
        : IntStream.range(0, scores.kept().length)
            .mapToObj(i -> scores.edges()[i] / 2 + scores.edges()[i + 1] / 2)
            .toList();
  }

  private static String score(Double value) {
    return String.format(Locale.ROOT, "%.3g", value);
  }
}
