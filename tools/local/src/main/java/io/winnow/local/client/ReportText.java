package io.winnow.local.client;

import io.winnow.contracts.run.RunReport;
import io.winnow.contracts.run.StageRecord;
import io.winnow.local.client.CoresetCard.Figures;
import io.winnow.local.text.Bars;
import io.winnow.local.text.Tables;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Reports of one run or of several side by side, as text. */
public final class ReportText {
  private static final String ABSENT = "-";
  private static final int DIGEST = 12;

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
          new Row("judge", Set.of("encode-samples", "evaluate")));

  private ReportText() {}

  /**
   * What each run kept, cost and gained: a column a run. Seconds in parentheses were paid by an
   * earlier run, whose artifact this one reused.
   *
   * @param reports by the column's title
   */
  public static String table(Map<String, RunReport> reports) {
    return table(reports, Map.of());
  }

  /**
   * The same with how well each coreset stands for the train split, where that is known.
   *
   * @param coresets by the column's title
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

  /** One line on what the figures of a report rest on. */
  public static String footnote(RunReport report) {
    return (report.quality() == null
            ? "Fréchet distance between "
            : "Quality: ± is 95 % over draws of the samples; ")
        + number(report.samples())
        + (report.quality() == null ? " samples and " : " samples against ")
        + number(report.heldout())
        + " held-out images, in the space of "
        + report.space().replaceAll("\\b([0-9a-f]{" + DIGEST + "})[0-9a-f]+\\b", "$1")
        + ".";
  }

  /** The Fréchet distance along the training as a table; empty where no snapshots were kept. */
  public static String curve(RunReport report) {
    return QualityText.curve(report);
  }

  /** What the figures of a coreset mean, in one line. */
  public static String coresetFootnote() {
    return "Recall, coverage (each class by itself) and variance of the images kept against all, in"
        + " that space.";
  }

  /** A coreset's card as a table: a line for all rows and one for each class. */
  public static String card(CoresetCard card) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(line("all", card.all()));
    card.classes().forEach(group -> rows.add(line(group.name(), group)));
    return Tables.of(
        List.of("", "images", "kept", "recall", "coverage", "variance kept"), rows, true);
  }

  /** What the figures of a card alone mean, in one line. */
  public static String cardFootnote() {
    return "Recall, coverage (each class by itself) and variance of the images kept against all, in"
        + " the space of the features.";
  }

  private static List<String> line(String name, Figures figures) {
    return List.of(
        name,
        number(figures.count()),
        number(figures.kept()),
        known(figures.recall()),
        known(figures.coverage()),
        known(figures.variance()));
  }

  private static String known(Double value) {
    return value == null ? ABSENT : decimal(value);
  }

  /** The class weights as a bar chart. */
  public static String weights(RunReport report) {
    return Bars.of(report.classes(), report.weights());
  }

  /** What a run found there already, in one line; empty when it made everything itself. */
  public static String reused(RunReport report) {
    return report.stages().stream()
        .filter(StageRecord::reused)
        .map(s -> title(s.stage()) + " " + shortDigest(s.artifact().digest()))
        .collect(Collectors.joining(", "));
  }

  private static String title(String stage) {
    return ROWS.stream()
        .filter(row -> row.stages().contains(stage))
        .findFirst()
        .map(Row::title)
        .orElse(stage);
  }

  private static String shortDigest(String digest) {
    return digest.substring(0, Math.min(DIGEST, digest.length()));
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
      row.add(known(coresets.containsKey(title) ? figure.apply(coresets.get(title)) : null));
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
