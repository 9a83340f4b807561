package io.winnow.experiments;

import io.winnow.contracts.Json;
import io.winnow.contracts.run.Experiment;
import io.winnow.contracts.run.Experiment.Member;
import io.winnow.contracts.run.RunReport;
import io.winnow.contracts.run.StageRecord;
import io.winnow.local.text.ShortDigests;
import io.winnow.store.artifact.ExperimentFolder;
import io.winnow.store.object.ObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes the report of an experiment from the reports of its runs. */
public final class Reporter {
  private final ObjectStore store;

  public Reporter(ObjectStore store) {
    this.store = store;
  }

  /**
   * The files of a report.
   *
   * @param findings all metrics
   * @param text the tables as Markdown
   * @param page path of the HTML report
   * @param tables path of the tables
   */
  public record Written(Findings findings, String text, Path page, Path tables) {}

  /**
   * Writes the report to the store, next to the plan, and to a folder.
   *
   * @param outcome with at least one completed run
   */
  public Written write(Experiment experiment, ExperimentRunner.Outcome outcome, Path folder)
      throws IOException {
    Map<String, RunReport> reports = outcome.reports();
    Findings findings = Findings.of(experiment, reports, outcome.missing());
    List<String> facts = facts(experiment, reports);
    String tables = MarkdownReport.of(findings, facts);
    String page = page(experiment, findings, reports, facts);
    ExperimentFolder stored = new ExperimentFolder(store, experiment.id());
    stored.put(ExperimentFolder.FIGURES, Json.bytes(findings));
    stored.put(ExperimentFolder.TABLES, tables.getBytes(StandardCharsets.UTF_8));
    stored.put(ExperimentFolder.PAGE, page.getBytes(StandardCharsets.UTF_8));
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(ExperimentFolder.FIGURES), Json.pretty(findings) + "\n");
    return new Written(
        findings,
        tables,
        Files.writeString(folder.resolve(ExperimentFolder.PAGE), page),
        Files.writeString(folder.resolve(ExperimentFolder.TABLES), tables));
  }

  private static List<String> facts(Experiment experiment, Map<String, RunReport> reports) {
    RunReport any = reports.values().iterator().next();
    List<String> facts = new ArrayList<>();
    facts.add(
        String.format(
            Locale.ROOT,
            "%s: %,d training images, %,d held-out images, %d classes.",
            any.run().spec().dataset().source(),
            any.imagesInTrain(),
            any.heldout(),
            any.classes().size()));
    facts.add(
        String.format(
            Locale.ROOT,
            "Every arm is trained on %,d images (counting repeats) with model %s. Metrics of final"
                + " models use %,d samples, those of curves %,d.",
            any.run().spec().training().images(),
            any.run().spec().model().preset(),
            any.samples(),
            any.curve().get(any.curve().size() - 1).samples()));
    facts.add(
        "Distances are computed from features of "
            + ShortDigests.in(any.space())
            + "; they are not FID, which requires Inception-v3.");
    long seeds = experiment.runs().stream().mapToLong(Member::seed).distinct().count();
    facts.add(seeds + (seeds == 1 ? " seed." : " seeds; ± is the standard deviation over seeds."));
    if (seeds == 1) {
      facts.add("With one seed, differences may be due to chance.");
    }
    facts.addAll(experiment.notes());
    return facts;
  }

  private String page(
      Experiment experiment,
      Findings findings,
      Map<String, RunReport> reports,
      List<String> facts) {
    String baseline = experiment.baseline();
    Map<String, List<RunReport>> arms = byArm(experiment, reports);
    List<HtmlReport.Table> tables = new ArrayList<>();
    tables.add(
        HtmlReport.Table.of(
            "Time to the quality of " + baseline,
            "The target is the final Fréchet distance of "
                + baseline
                + " with the same seed. A factor of 2.00× means that half as much was enough. Total"
                + " time includes the overhead before training: selection, reference and proxy,"
                + " and, if the criterion uses features, surrogate and encoding.",
            MarkdownReport.COST,
            findings.arms()));
    tables.add(
        HtmlReport.Table.of(
            "Quality at equal training",
            "Metrics of the final models, trained on equally many images.",
            MarkdownReport.QUALITY,
            findings.arms()));
    tables.add(perClass(arms));
    List<HtmlReport.Picture> charts = new ArrayList<>();
    List<Member> members = experiment.runs();
    chart(
        charts,
        "Quality over training images",
        "Lower is better; mean over seeds.",
        Charts.curves(arms, "training images", (r, p) -> p.images()));
    chart(
        charts,
        "Quality over training time",
        "On this machine.",
        Charts.curves(arms, "training time, s", (r, p) -> p.seconds()));
    chart(
        charts,
        "Quality over total time",
        "Including the overhead before training.",
        Charts.curves(arms, "total time, s", (r, p) -> Finding.overheadSeconds(r) + p.seconds()));
    chart(charts, "Class weights", "First seed; the mean is 1.", weights(arms));
    return new HtmlReport(
            experiment.name(),
            facts,
            tables,
            charts,
            grids(arms),
            findings.missing().entrySet().stream()
                .map(e -> e.getKey() + ": " + e.getValue())
                .toList(),
            members.stream()
                .map(
                    m ->
                        new HtmlReport.Text(
                            m.run()
                                + ": "
                                + Findings.title(m.arm(), m.ratio())
                                + ", seed "
                                + m.seed(),
                            seconds(reports.get(m.run())) + Json.pretty(m.spec())))
                .toList())
        .page();
  }

  private static void chart(
      List<HtmlReport.Picture> charts, String title, String text, byte[] png) {
    if (png != null) {
      charts.add(HtmlReport.Picture.of(title, text, png));
    }
  }

  private static HtmlReport.Table perClass(Map<String, List<RunReport>> arms) {
    List<String> header = new ArrayList<>(List.of("class"));
    List<List<Spread>> columns = new ArrayList<>();
    List<String> classes = classes(arms);
    arms.forEach(
        (title, finished) -> {
          header.add(title);
          List<Spread> column = new ArrayList<>();
          for (int c = 0; c < classes.size(); c++) {
            int label = c;
            List<Double> values = new ArrayList<>();
            finished.forEach(r -> values.add(r.quality().perClass().get(label).frechet()));
            column.add(Spread.of(values));
          }
          columns.add(column);
        });
    List<List<String>> rows = new ArrayList<>();
    for (int c = 0; c < classes.size(); c++) {
      List<String> row = new ArrayList<>(List.of(classes.get(c)));
      for (List<Spread> column : columns) {
        row.add(MarkdownReport.figure(column.get(c)));
      }
      rows.add(row);
    }
    return new HtmlReport.Table("Fréchet distance of each class", "Final models.", header, rows);
  }

  private static List<String> classes(Map<String, List<RunReport>> arms) {
    return arms.values().iterator().next().get(0).classes();
  }

  private static Map<String, List<RunReport>> byArm(
      Experiment experiment, Map<String, RunReport> reports) {
    Map<String, List<RunReport>> arms = new LinkedHashMap<>();
    for (Member member : experiment.runs()) {
      if (reports.containsKey(member.run())) {
        arms.computeIfAbsent(
                Findings.title(member.arm(), member.ratio()), title -> new ArrayList<>())
            .add(reports.get(member.run()));
      }
    }
    return arms;
  }

  // null if all arms have uniform weights
  private static byte[] weights(Map<String, List<RunReport>> arms) {
    Map<String, List<Double>> weights = new LinkedHashMap<>();
    arms.forEach(
        (title, finished) -> {
          RunReport first = finished.get(0);
          if (!first.run().spec().reweight().method().equals("uniform")) {
            weights.put(title, first.weights());
          }
        });
    List<String> classes = classes(arms);
    return weights.isEmpty() ? null : Charts.weights(classes, weights);
  }

  private List<HtmlReport.Picture> grids(Map<String, List<RunReport>> arms) {
    List<HtmlReport.Picture> grids = new ArrayList<>();
    arms.forEach(
        (title, finished) -> {
          if (finished.get(0).grid() != null) {
            grids.add(HtmlReport.Picture.of(title, "", store.get(finished.get(0).grid())));
          }
        });
    return grids;
  }

  private static String seconds(RunReport report) {
    if (report == null) {
      return "";
    }
    StringBuilder text = new StringBuilder();
    for (StageRecord step : report.stages()) {
      if (step.cost() != null) {
        text.append(
            String.format(
                Locale.ROOT,
                "%-16s %10.1f s %12d images%s%n",
                step.stage(),
                step.cost().seconds(),
                step.cost().images(),
                step.reused() ? "  (reused)" : ""));
      }
    }
    return text.append('\n').toString();
  }
}
