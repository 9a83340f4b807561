package io.winnow.reweighting;

import io.winnow.artifacts.ClassWeights;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Draws class weights over updates: one line per class of k·w_c, where 1 means unweighted. */
public final class WeightsPicture {
  public static final String NAME = "weights.png";

  private static final Logger LOG = LoggerFactory.getLogger(WeightsPicture.class);
  private static final int WIDTH = 1000;
  private static final int HEIGHT = 640;
  private static final int TEXT = 16;

  // distinguishable from each other and from white
  private static final int[] COLOURS = {
    0x1F77B4, 0xFF7F0E, 0x2CA02C, 0xD62728, 0x9467BD, 0x8C564B, 0xE377C2, 0x17BECF, 0xB5B800,
    0x000075, 0xF5C400, 0x006D5B, 0xF032E6, 0x6AF06A, 0xFF9DA7, 0x5B2A00, 0x7B8CFF, 0x800000,
    0x00E0C0, 0x111111
  };

  private WeightsPicture() {}

  /**
   * With more classes than colours (20), the ten greatest and the ten least final weights are
   * drawn.
   *
   * @param method name of the method, for the title
   * @param classes names, by label
   * @param curve at least one update
   * @return a PNG, the same on one machine for the same curve; empty if the machine has no fonts to
   *     draw text with, which is logged
   */
  public static Optional<byte[]> png(
      String method, List<String> classes, ClassWeights.Curve curve) {
    try {
      return Optional.of(
          BitmapEncoder.getBitmapBytes(chart(method, classes, curve), BitmapFormat.PNG));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (LinkageError | InternalError e) {
      LOG.warn("No {}: this machine cannot draw text ({})", NAME, e.toString());
      return Optional.empty();
    }
  }

  /** Labels of the classes to draw, in descending order of their final weight. */
  static int[] drawn(ClassWeights.Curve curve) {
    double[] last = curve.weights()[curve.weights().length - 1];
    int[] order =
        IntStream.range(0, last.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer c) -> -last[c]))
            .mapToInt(Integer::intValue)
            .toArray();
    int half = COLOURS.length / 2;
    return order.length <= COLOURS.length
        ? order
        : IntStream.concat(
                Arrays.stream(order, 0, half),
                Arrays.stream(order, order.length - half, order.length))
            .toArray();
  }

  private static XYChart chart(String method, List<String> classes, ClassWeights.Curve curve) {
    int[] drawn = drawn(curve);
    String some =
        drawn.length == classes.size()
            ? ""
            : ", the %d greatest and %1$d least of %d classes"
                .formatted(drawn.length / 2, classes.size());
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title("Class weights by " + method + some)
            .xAxisTitle("update")
            .yAxisTitle("weight (mean 1)")
            .build();
    style(chart);
    double[] x = Arrays.stream(curve.updates()).asDoubleStream().toArray();
    for (int i = 0; i < drawn.length; i++) {
      int label = drawn[i];
      double[] y =
          Arrays.stream(curve.weights()).mapToDouble(w -> w[label] * classes.size()).toArray();
      // class names may repeat, a chart's series may not
      XYSeries line = chart.addSeries(Integer.toString(label), x, y);
      line.setLabel(classes.get(label));
      line.setMarker(SeriesMarkers.NONE);
      line.setLineColor(new Color(COLOURS[i]));
      line.setLineStyle(new BasicStroke(2.5f));
    }
    return chart;
  }

  private static void style(XYChart chart) {
    Font font = new Font(Font.SANS_SERIF, Font.PLAIN, TEXT);
    chart
        .getStyler()
        .setLegendPosition(LegendPosition.OutsideE)
        .setLegendFont(font)
        .setChartTitleFont(font.deriveFont(Font.BOLD, TEXT + 4))
        .setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setYAxisMin(0.0);
    chart.getStyler().setAxisTickLabelsFont(font).setAxisTitleFont(font);
  }
}
