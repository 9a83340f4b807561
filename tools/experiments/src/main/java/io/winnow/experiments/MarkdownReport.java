package io.winnow.experiments;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The tables of the report as Markdown. */
final class MarkdownReport {
  private static final String ABSENT = "–";

  private MarkdownReport() {}

  /** A column of a table. */
  record Column(String title, Function<Findings.Arm, String> cell) {}

  static final List<Column> COST =
      List.of(
          new Column("arm", Findings.Arm::title),
          new Column("runs", arm -> arm.runs() + " of " + arm.planned()),
          new Column("reached", arm -> arm.reached() + " of " + arm.runs()),
          new Column("images, factor", arm -> times(arm.timesFewerImages())),
          new Column("training time, factor", arm -> times(arm.timesFaster())),
          new Column("total time, factor", arm -> times(arm.timesFasterWhole())),
          new Column("overhead", arm -> percent(arm.overheadShare())),
          new Column("overhead, s", arm -> figure(arm.overheadSeconds())));

  static final List<Column> QUALITY =
      List.of(
          new Column("arm", Findings.Arm::title),
          new Column("Fréchet distance", arm -> figure(arm.frechet())),
          new Column("KID", arm -> figure(arm.kid())),
          new Column("precision", arm -> figure(arm.precision())),
          new Column("recall", arm -> figure(arm.recall())),
          new Column("coverage", arm -> figure(arm.coverage())),
          new Column("worst class", arm -> arm.worstClass() == null ? ABSENT : arm.worstClass()),
          new Column("its Fréchet distance", arm -> figure(arm.worstFrechet())));

  static String of(Findings findings, List<String> facts) {
    StringBuilder text = new StringBuilder();
    text.append("# Experiment ").append(findings.experiment().name()).append("\n\n");
    facts.forEach(fact -> text.append("- ").append(fact).append('\n'));
    text.append("\n## Time to the quality of ")
        .append(findings.experiment().baseline())
        .append("\n\n");
    table(text, COST, findings.arms());
    text.append("\n## Quality at equal training\n\n");
    table(text, QUALITY, findings.arms());
    if (!findings.missing().isEmpty()) {
      text.append("\n## Missing runs\n\n");
      findings.missing().forEach((run, why) -> text.append("- `" + run + "`: " + why + "\n"));
    }
    return text.toString();
  }

  private static void table(StringBuilder text, List<Column> columns, List<Findings.Arm> arms) {
    row(text, columns.stream().map(Column::title).toList());
    row(text, columns.stream().map(c -> c == columns.get(0) ? "---" : "---:").toList());
    arms.forEach(arm -> row(text, columns.stream().map(c -> c.cell().apply(arm)).toList()));
  }

  private static void row(StringBuilder text, List<String> cells) {
    text.append(
        cells.stream()
            .map(cell -> cell.replace("|", "\\|"))
            .collect(Collectors.joining(" | ", "| ", " |\n")));
  }

  /** Such as {@code 2.41× ± 0.12}. */
  private static String times(Spread spread) {
    return spread == null
        ? ABSENT
        : String.format(Locale.ROOT, "%.2f×", spread.mean()) + deviation(spread, "%.2f");
  }

  private static String percent(Spread spread) {
    return spread == null ? ABSENT : String.format(Locale.ROOT, "%.0f %%", 100 * spread.mean());
  }

  static String figure(Spread spread) {
    if (spread == null) {
      return ABSENT;
    }
    double size = Math.abs(spread.mean());
    String format = size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : size >= 0.1 ? "%.3f" : "%.2g";
    return String.format(Locale.ROOT, format, spread.mean()) + deviation(spread, format);
  }

  private static String deviation(Spread spread, String format) {
    return spread.deviation() == null
        ? ""
        : " ± " + String.format(Locale.ROOT, format, spread.deviation());
  }
}
