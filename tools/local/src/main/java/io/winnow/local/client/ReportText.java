package io.winnow.local.client;

import io.winnow.contracts.run.RunReport;
import io.winnow.contracts.run.StageRecord;
import io.winnow.local.client.CoresetCard.Figures;
import io.winnow.local.text.Bars;
import io.winnow.local.text.ShortDigests;
import io.winnow.local.text.Tables;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Formats the reports of one or several runs as text. */
public final class ReportText {
  private static final String ABSENT = "-";

  private record Row(String title, Set<String> stages) {}

  private static final List<Row> ROWS =
      List.of(
          new Row("import", Set.of("import")),
          new Row("surrogate", Set.of("surrogate")),
          new Row("encode", Set.of("encode")),
          new Row("select", Set.of("select")),
          new Row("reference", Set.of("train-reference")),
          new Row("reweight", Set.of("reweight")),
          new Row("train", Set.of("train")),
          new Row("sample", Set.of("sample")),
          new Row("evaluate", Set.of("encode-samples", "evaluate")));

  private ReportText() {}

  /**
   * Size, cost and quality, one column per run. Seconds in parentheses were spent by an earlier run
   * whose artifact was reused.
   *
   * @param reports by column title
   */
  public static String table(Map<String, RunReport> reports) {
    return table(reports, Map.of());
  }

  /**
   * Like {@link #table(Map)}, with rows on how well each coreset represents the train split.
   *
   * @param coresets by column title; a run without a card has no entry
   */
  public static String table(Map<String, RunReport> reports, Map<String, Figures> coresets) {
    List<String> header = new ArrayList<>(List.of(""));
    header.addAll(reports.keySet());
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        row(
            "images kept",
            reports,
            r -> number(r.imagesKept()) + " of " + number(r.imagesInTrain())));
    if (!coresets.isEmpty()) {
      rows.add(figures("  recall", reports, coresets, Figures::recall));
      rows.add(figures("  coverage", reports, coresets, Figures::coverage));
      rows.add(figures("  variance kept", reports, coresets, Figures::variance));
    }
    rows.add(row("images through networks", reports, r -> number(images(r.stages()))));
    for (Row known : ROWS) {
      rows.add(
          row("seconds: " + known.title(), reports, r -> seconds(of(r.stages(), known.stages()))));
    }
    for (String other : others(reports)) {
      rows.add(row("seconds: " + other, reports, r -> seconds(of(r.stages(), Set.of(other)))));
    }
    rows.add(row("seconds: total", reports, r -> seconds(total(r.stages()))));
    rows.addAll(QualityText.rows(reports));
    return Tables.of(header, rows, true);
  }

  /** One line that explains the quality metrics of a report. */
  public static String footnote(RunReport report) {
    return (report.quality() == null
            ? "Fréchet distance between "
            : "Quality (± is a 95 % interval over resampled samples): ")
        + number(report.samples())
        + (report.quality() == null ? " samples and " : " samples against ")
        + number(report.heldout())
        + " held-out images, from features of "
        + ShortDigests.in(report.space())
        + ".";
  }

  /** The quality curve as a table; empty if the run kept no snapshots. */
  public static String curve(RunReport report) {
    return QualityText.curve(report);
  }

  /** One line that explains the coreset metrics in {@link #table(Map, Map)}. */
  public static String coresetFootnote() {
    return "Coreset: recall, coverage (per class) and variance of the kept images relative to all"
        + " images, same features.";
  }

  /** A coreset card as a table: one line for all rows and one per class. */
  public static String card(CoresetCard card) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(line("all", card.all()));
    card.classes().forEach(group -> rows.add(line(group.name(), group)));
    return Tables.of(
        List.of("", "images", "kept", "recall", "coverage", "variance kept"), rows, true);
  }

  /** One line that explains the metrics in {@link #card}. */
  public static String cardFootnote() {
    return "Recall, coverage (per class) and variance of the kept images relative to all images, in"
        + " the feature space.";
  }

  private static List<String> line(String name, Figures figures) {
    return List.of(
        name,
        number(figures.count()),
        number(figures.kept()),
        optional(figures.recall()),
        optional(figures.coverage()),
        optional(figures.variance()));
  }

  private static String optional(Double value) {
    return value == null ? ABSENT : decimal(value);
  }

  /** The class weights as a bar chart. */
  public static String weights(RunReport report) {
    return Bars.of(report.classes(), report.weights());
  }

  /** Stages whose artifact was reused, in one line; empty if there are none. */
  public static String reused(RunReport report) {
    return report.stages().stream()
        .filter(StageRecord::reused)
        .map(s -> title(s.stage()) + " " + ShortDigests.in(s.artifact().digest()))
        .collect(Collectors.joining(", "));
  }

  private static String title(String stage) {
    return ROWS.stream()
        .filter(row -> row.stages().contains(stage))
        .findFirst()
        .map(Row::title)
        .orElse(stage);
  }

  private static List<String> row(
      String name, Map<String, RunReport> reports, Function<RunReport, String> cell) {
    List<String> row = new ArrayList<>(List.of(name));
    reports.values().forEach(r -> row.add(cell.apply(r)));
    return row;
  }

  private static List<String> figures(
      String name,
      Map<String, RunReport> reports,
      Map<String, Figures> coresets,
      Function<Figures, Double> figure) {
    List<String> row = new ArrayList<>(List.of(name));
    for (String title : reports.keySet()) {
      row.add(optional(coresets.containsKey(title) ? figure.apply(coresets.get(title)) : null));
    }
    return row;
  }

  private static Set<String> others(Map<String, RunReport> reports) {
    return reports.values().stream()
        .flatMap(r -> r.stages().stream())
        .map(StageRecord::stage)
        .filter(stage -> ROWS.stream().noneMatch(known -> known.stages().contains(stage)))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static List<StageRecord> of(List<StageRecord> steps, Set<String> stages) {
    return steps.stream().filter(s -> stages.contains(s.stage()) && s.cost() != null).toList();
  }

  private static String seconds(List<StageRecord> steps) {
    if (steps.isEmpty()) {
      return ABSENT;
    }
    String sum =
        String.format(
            Locale.ROOT, "%,.1f", steps.stream().mapToDouble(s -> s.cost().seconds()).sum());
    return steps.stream().allMatch(StageRecord::reused) ? "(" + sum + ")" : sum;
  }

  private static List<StageRecord> total(List<StageRecord> steps) {
    return steps.stream().filter(s -> s.cost() != null).toList();
  }

  private static long images(List<StageRecord> steps) {
    return total(steps).stream().mapToLong(s -> s.cost().images()).sum();
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, Math.abs(value) < 10 ? "%.2f" : "%,.1f", value);
  }
}
