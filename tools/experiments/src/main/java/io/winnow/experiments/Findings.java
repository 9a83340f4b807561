package io.winnow.experiments;

import io.winnow.contracts.run.Experiment;
import io.winnow.contracts.run.Experiment.Member;
import io.winnow.contracts.run.RunReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The results of an experiment.
 *
 * @param experiment the plan
 * @param arms one entry per arm and ratio
 * @param runs every completed run
 * @param missing why other runs have no result, by planned id
 */
public record Findings(
    Experiment experiment, List<Arm> arms, List<Finding> runs, Map<String, String> missing) {

  /**
   * An arm at one ratio, over its seeds. A metric is null if no seed has it.
   *
   * @param arm name of the arm
   * @param ratio share of each class kept; null if the arm does not keep a share
   * @param runs number of completed runs
   * @param planned number of planned runs
   * @param frechet Fréchet distance of the final model
   * @param kid kernel Inception distance of the final model
   * @param precision of the final model
   * @param recall of the final model
   * @param coverage of the final model
   * @param worstClass the class that most often has the greatest distance
   * @param worstFrechet Fréchet distance of the worst class
   * @param reached number of runs that reach the baseline's final quality
   * @param timesFewerImages factor in training images, over those runs
   * @param timesFaster factor in training seconds, over those runs
   * @param timesFasterWhole factor in total seconds, over those runs
   * @param overheadShare overhead as a share of the total time, in [0, 1]
   * @param overheadSeconds overhead in seconds
   */
  public record Arm(
      String arm,
      Double ratio,
      int runs,
      int planned,
      Spread frechet,
      Spread kid,
      Spread precision,
      Spread recall,
      Spread coverage,
      String worstClass,
      Spread worstFrechet,
      int reached,
      Spread timesFewerImages,
      Spread timesFaster,
      Spread timesFasterWhole,
      Spread overheadShare,
      Spread overheadSeconds) {

    /** Such as {@code gaussian 40 %}. */
    public String title() {
      return Findings.title(arm, ratio);
    }
  }

  /** Such as {@code gaussian 40 %}; a ratio of 1 is omitted. */
  public static String title(String arm, Double ratio) {
    return ratio == null || ratio == 1 ? arm : arm + " " + percent(ratio);
  }

  private static String percent(double ratio) {
    return Math.round(ratio * 1000) / 10.0 == Math.round(ratio * 100)
        ? Math.round(ratio * 100) + " %"
        : Math.round(ratio * 1000) / 10.0 + " %";
  }

  /**
   * Compares all runs with their baselines.
   *
   * @param reports of the completed runs, by planned id
   * @param missing why other runs have none, by planned id
   */
  static Findings of(
      Experiment experiment, Map<String, RunReport> reports, Map<String, String> missing) {
    Map<Long, RunReport> baselines = new LinkedHashMap<>();
    for (Member member : experiment.runs()) {
      if (member.arm().equals(experiment.baseline()) && reports.containsKey(member.run())) {
        baselines.put(member.seed(), reports.get(member.run()));
      }
    }
    Map<String, Finding> runs = new LinkedHashMap<>();
    for (Member member : experiment.runs()) {
      RunReport report = reports.get(member.run());
      if (report != null) {
        runs.put(
            member.run(),
            Finding.of(report, member.arm(), member.ratio(), baselines.get(member.seed())));
      }
    }
    Map<String, List<Member>> groups =
        experiment.runs().stream()
            .collect(
                Collectors.groupingBy(
                    m -> title(m.arm(), m.ratio()), LinkedHashMap::new, Collectors.toList()));
    List<Arm> arms = groups.values().stream().map(group -> arm(group, runs, reports)).toList();
    return new Findings(experiment, arms, List.copyOf(runs.values()), missing);
  }

  private static Arm arm(
      List<Member> group, Map<String, Finding> runs, Map<String, RunReport> reports) {
    List<Finding> findings =
        group.stream().map(m -> runs.get(m.run())).filter(Objects::nonNull).toList();
    List<RunReport> finished =
        group.stream().map(m -> reports.get(m.run())).filter(Objects::nonNull).toList();
    Member first = group.get(0);
    return new Arm(
        first.arm(),
        first.ratio(),
        findings.size(),
        group.size(),
        spread(findings, Finding::frechet),
        spread(finished, r -> r.quality().kid().value()),
        spread(finished, r -> r.quality().precision().value()),
        spread(finished, r -> r.quality().recall().value()),
        spread(finished, r -> r.quality().coverage().value()),
        mostOften(findings.stream().map(Finding::worstClass).filter(Objects::nonNull).toList()),
        spread(findings, Finding::worstFrechet),
        (int) findings.stream().filter(f -> f.images() != null).count(),
        spread(findings, Finding::timesFewerImages),
        spread(findings, Finding::timesFaster),
        spread(findings, Finding::timesFasterWhole),
        spread(findings, Finding::overheadShare),
        spread(findings, Finding::overheadSeconds));
  }

  private static <T> Spread spread(List<T> values, Function<T, Double> metric) {
    return Spread.of(new ArrayList<>(values.stream().map(metric).toList()));
  }

  private static String mostOften(List<String> names) {
    return names.stream()
        .distinct()
        .max(
            (a, b) ->
                Long.compare(
                    names.stream().filter(a::equals).count(),
                    names.stream().filter(b::equals).count()))
        .orElse(null);
  }
}
