package io.winnow.local.client;

import io.winnow.contracts.run.CurvePoint;
import io.winnow.contracts.run.Measure;
import io.winnow.contracts.run.Memorisation;
import io.winnow.contracts.run.Quality;
import io.winnow.contracts.run.RunReport;
import io.winnow.local.text.Tables;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** Formats the quality of samples. */
final class QualityText {
  private static final String ABSENT = "-";
  private static final double PERCENT = 100;

  private QualityText() {}

  /** Table rows with one column per report. */
  static List<List<String>> rows(Map<String, RunReport> reports) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(row("Fréchet distance", reports, QualityText::frechet));
    rows.add(
        row(
            "  of an untrained model",
            reports,
            r -> r.frechetUntrained() == null ? ABSENT : decimal(r.frechetUntrained())));
    if (reports.values().stream().map(RunReport::quality).allMatch(Objects::isNull)) {
      return rows;
    }
    rows.add(figure("KID", reports, q -> measure(q.kid(), "%.3g", "%.1g")));
    rows.add(figure("precision", reports, q -> measure(q.precision(), "%.3f")));
    rows.add(figure("recall", reports, q -> measure(q.recall(), "%.3f")));
    rows.add(figure("density", reports, q -> measure(q.density(), "%.3f")));
    rows.add(figure("coverage", reports, q -> measure(q.coverage(), "%.3f")));
    rows.add(figure("near training images (expected)", reports, q -> near(q.memorisation())));
    rows.add(figure("samples", reports, q -> String.format(Locale.ROOT, "%,d", q.samples())));
    return rows;
  }

  /** One line per point of the curve; empty if it has only the final model. */
  static String curve(RunReport report) {
    if (report.curve().size() < 2) {
      return "";
    }
    return Tables.of(
        List.of("images seen", "training, s", "Fréchet distance", "samples"),
        report.curve().stream().map(QualityText::line).toList(),
        true);
  }

  private static List<String> line(CurvePoint point) {
    return List.of(
        String.format(Locale.ROOT, "%,d", point.images()),
        String.format(Locale.ROOT, "%,.1f", point.seconds()),
        distance(point.frechet()),
        String.format(Locale.ROOT, "%,d", point.samples()));
  }

  private static String frechet(RunReport report) {
    return report.quality() == null
        ? decimal(report.frechet())
        : distance(report.quality().frechet());
  }

  private static String distance(Measure measure) {
    return measure(measure, Math.abs(measure.value()) < 10 ? "%.2f" : "%,.1f");
  }

  private static String near(Memorisation m) {
    return String.format(
        Locale.ROOT, "%.1f %% (%.1f %%)", PERCENT * m.share().value(), PERCENT * m.expected());
  }

  private static String measure(Measure measure, String format) {
    return measure(measure, format, format);
  }

  private static String measure(Measure measure, String format, String spreadFormat) {
    if (measure == null) {
      return ABSENT;
    }
    String value = String.format(Locale.ROOT, format, measure.value());
    return measure.spread() == null
        ? value
        : value + " ± " + String.format(Locale.ROOT, spreadFormat, measure.spread());
  }

  private static List<String> figure(
      String name, Map<String, RunReport> reports, Function<Quality, String> cell) {
    return row(name, reports, r -> r.quality() == null ? ABSENT : cell.apply(r.quality()));
  }

  private static List<String> row(
      String name, Map<String, RunReport> reports, Function<RunReport, String> cell) {
    List<String> row = new ArrayList<>(List.of(name));
    reports.values().forEach(r -> row.add(cell.apply(r)));
    return row;
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, Math.abs(value) < 10 ? "%.2f" : "%,.1f", value);
  }
}
