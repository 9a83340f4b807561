package io.winnow.experiments;

import io.winnow.contracts.run.CurvePoint;
import io.winnow.contracts.run.RunReport;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleBiFunction;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The charts of the report as PNGs, readable on a phone in portrait orientation. */
final class Charts {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 640;
  // distinguishable with colour vision deficiency (Okabe and Ito, 2008)
  private static final Color[] COLOURS = {
    new Color(0x000000),
    new Color(0x0072B2),
    new Color(0xD55E00),
    new Color(0x009E73),
    new Color(0xCC79A7),
    new Color(0xE69F00),
    new Color(0x56B4E9),
    new Color(0x8C564B)
  };
  private static final float[][] DASHES = {null, {12, 6}, {3, 5}};
  private static final Font TEXT = new Font(Font.SANS_SERIF, Font.PLAIN, 18);

  private Charts() {}

  /**
   * Quality over cost: one line per arm, averaged over its seeds.
   *
   * @param arms one report per seed, by title of the arm
   * @param x the cost at a point of a run's curve; if seeds have curves of different lengths, the
   *     longer ones are cut
   * @return a PNG; null if no run has two points
   */
  static byte[] curves(
      Map<String, List<RunReport>> arms,
      String xTitle,
      ToDoubleBiFunction<RunReport, CurvePoint> x) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .xAxisTitle(xTitle)
            .yAxisTitle("Fréchet distance")
            .build();
    style(chart.getStyler());
    // a logarithmic axis has labels only at powers of ten, often none in the range
    chart.getStyler().setYAxisMin(0.0);
    for (Map.Entry<String, List<RunReport>> arm : arms.entrySet()) {
      List<RunReport> drawn =
          arm.getValue().stream().filter(report -> report.curve().size() >= 2).toList();
      if (!drawn.isEmpty()) {
        add(
            chart,
            arm.getKey(),
            mean(drawn, x),
            mean(drawn, (run, point) -> point.frechet().value()));
      }
    }
    return chart.getSeriesMap().isEmpty() ? null : png(chart);
  }

  private static void add(XYChart chart, String title, double[] xs, double[] ys) {
    int before = chart.getSeriesMap().size();
    XYSeries series = chart.addSeries(title, xs, ys);
    series.setMarker(SeriesMarkers.CIRCLE);
    series.setLineColor(COLOURS[before % COLOURS.length]);
    series.setMarkerColor(COLOURS[before % COLOURS.length]);
    series.setLineStyle(stroke(DASHES[before / COLOURS.length % DASHES.length]));
  }

  /**
   * Class weights, one group of bars per class.
   *
   * @param weights by arm, in label order, with mean 1
   */
  static byte[] weights(List<String> classes, Map<String, List<Double>> weights) {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .xAxisTitle("class")
            .yAxisTitle("class weight (mean 1)")
            .build();
    style(chart.getStyler());
    chart.getStyler().setXAxisLabelRotation(45);
    chart.getStyler().setSeriesColors(COLOURS);
    weights.forEach((arm, values) -> chart.addSeries(arm, classes, values));
    return png(chart);
  }

  // mean over seeds at each point
  private static double[] mean(
      List<RunReport> reports, ToDoubleBiFunction<RunReport, CurvePoint> value) {
    int points = reports.stream().mapToInt(report -> report.curve().size()).min().orElseThrow();
    double[] mean = new double[points];
    for (int i = 0; i < points; i++) {
      for (RunReport report : reports) {
        mean[i] += value.applyAsDouble(report, report.curve().get(i)) / reports.size();
      }
    }
    return mean;
  }

  private static BasicStroke stroke(float[] dash) {
    return dash == null
        ? new BasicStroke(3)
        : new BasicStroke(3, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, dash, 0);
  }

  private static void style(AxesChartStyler style) {
    style.setChartBackgroundColor(Color.WHITE);
    style.setPlotBorderVisible(false);
    style.setLegendPosition(LegendPosition.OutsideS);
    style.setLegendBorderColor(Color.WHITE);
    style.setLegendFont(TEXT);
    style.setAxisTitleFont(TEXT.deriveFont(Font.BOLD));
    style.setAxisTickLabelsFont(TEXT.deriveFont(16f));
  }

  private static byte[] png(org.knowm.xchart.internal.chartpart.Chart<?, ?> chart) {
    try {
      return BitmapEncoder.getBitmapBytes(chart, BitmapFormat.PNG);
    } catch (IOException e) {
      throw new UncheckedIOException("a chart could not be drawn", e);
    }
  }
}
