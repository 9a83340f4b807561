package io.winnow.experiments;

import io.winnow.contracts.Json;
import io.winnow.contracts.run.Experiment;
import io.winnow.contracts.run.Experiment.Member;
import io.winnow.contracts.run.RunReport;
import io.winnow.contracts.run.StageRecord;
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

/** Writes an experiment's report from the reports of its runs. */
public final class Reporter {
  private final ObjectStore store;

  public Reporter(ObjectStore store) {
    this.store = store;
  }

  /**
   * What was written.
   *
   * @param findings all figures
   * @param text the tables
   * @param page the report as one HTML file
   * @param tables its tables as Markdown
   */
  public record Written(Findings findings, String text, Path page, Path tables) {}

  /**
   * Puts the report beside the plan in the store, and into a folder.
   *
   * @param outcome at least one run is through
   */
  public Written write(Experiment experiment, ExperimentRunner.Outcome outcome, Path folder)
      throws IOException {
    Map<String, RunReport> reports = outcome.reports();
    Findings findings = Findings.of(experiment, reports, outcome.missing());
    List<String> facts = facts(experiment, reports);
    String tables = MarkdownReport.of(findings, facts);
    String page = page(experiment, findings, reports, facts);
    ExperimentFolder kept = new ExperimentFolder(store, experiment.id());
    kept.put(ExperimentFolder.FIGURES, Json.bytes(findings));
    kept.put(ExperimentFolder.TABLES, tables.getBytes(StandardCharsets.UTF_8));
    kept.put(ExperimentFolder.PAGE, page.getBytes(StandardCharsets.UTF_8));
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
            "%s: %,d images to train on, %,d held out, %d classes.",
            any.run().spec().dataset().source(),
            any.imagesInTrain(),
            any.heldout(),
            any.classes().size()));
    facts.add(
        String.format(
            Locale.ROOT,
            "Every arm sees %,d images in training, model %s; figures of final models rest on %,d"
                + " samples, those of curves on %,d.",
            any.run().spec().training().images(),
            any.run().spec().model().preset(),
            any.samples(),
            any.curve().get(any.curve().size() - 1).samples()));
    facts.add(
        "Distances are taken in the space of "
            + any.space().replaceAll("\\b([0-9a-f]{12})[0-9a-f]+\\b", "$1")
            + "; they are no FID, which is Inception-v3's.");
    long seeds = experiment.runs().stream().mapToLong(Member::seed).distinct().count();
    facts.add(seeds + (seeds == 1 ? " seed." : " seeds; ± is their standard deviation."));
    if (seeds == 1) {
      facts.add("One seed shows no spread: differences may be chance.");
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
            "The target is the Fréchet distance that "
                + baseline
                + " ends with, seed by seed. “2.00×” means that half as much was enough. “In all”"
                + " adds what an arm needs before training: surrogate and encoding where it looks at"
                + " features, selection, reference, proxy.",
            MarkdownReport.COST,
            findings.arms()));
    tables.add(
        HtmlReport.Table.of(
            "Quality at equal training",
            "Of the final models; every arm has seen as many images.",
            MarkdownReport.QUALITY,
            findings.arms()));
    tables.add(perClass(arms));
    List<HtmlReport.Picture> charts = new ArrayList<>();
    List<Member> members = experiment.runs();
    chart(
        charts,
        "Quality over images seen",
        "Lower is better; mean over seeds.",
        Charts.curves(arms, "images seen", (r, p) -> p.images()));
    chart(
        charts,
        "Quality over seconds of training",
        "On this machine.",
        Charts.curves(arms, "seconds of training", (r, p) -> p.seconds()));
    chart(
        charts,
        "Quality over all seconds",
        "With what an arm needs before training.",
        Charts.curves(arms, "seconds in all", (r, p) -> Finding.overheadSeconds(r) + p.seconds()));
    chart(charts, "Class weights", "Of the first seed, mean 1.", weights(arms));
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
      List<HtmlReport.Picture> charts, String title, String words, byte[] png) {
    if (png != null) {
      charts.add(HtmlReport.Picture.of(title, words, png));
    }
  }

  private static HtmlReport.Table perClass(Map<String, List<RunReport>> arms) {
    List<String> header = new ArrayList<>(List.of("class"));
    List<List<Spread>> columns = new ArrayList<>();
    List<String> classes = classes(arms);
    arms.forEach(
        (title, told) -> {
          header.add(title);
          List<Spread> column = new ArrayList<>();
          for (int c = 0; c < classes.size(); c++) {
            int label = c;
            List<Double> values = new ArrayList<>();
            told.forEach(r -> values.add(r.quality().perClass().get(label).frechet()));
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
    return new HtmlReport.Table(
        "Fréchet distance of each class", "Of the final models.", header, rows);
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

  // null where all classes weigh alike
  private static byte[] weights(Map<String, List<RunReport>> arms) {
    Map<String, List<Double>> weights = new LinkedHashMap<>();
    arms.forEach(
        (title, told) -> {
          RunReport first = told.get(0);
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
        (title, told) -> {
          if (told.get(0).grid() != null) {
            grids.add(HtmlReport.Picture.of(title, "", store.get(told.get(0).grid())));
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
                step.reused() ? "  (found)" : ""));
      }
    }
    return text.append('\n').toString();
  }
}
