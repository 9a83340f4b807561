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
 * What an experiment came to.
 *
 * @param experiment what was planned
 * @param arms a line an arm and ratio
 * @param runs every run that is through
 * @param missing runs that are not, and why, by run id
 */
public record Findings(
    Experiment experiment, List<Arm> arms, List<Finding> runs, Map<String, String> missing) {

  /**
   * An arm at one ratio, over seeds. A figure is null where no seed has it.
   *
   * @param arm its name
   * @param ratio share of each class kept; null where it was said otherwise
   * @param runs how many are through
   * @param planned how many there are to be
   * @param frechet Fréchet distance of the final model
   * @param kid kernel distance of the final model
   * @param precision of the final model's samples, as recall and coverage
   * @param worstClass the class that most often is the worst
   * @param worstFrechet the distance of the worst class
   * @param reached runs that come to the baseline's final quality
   * @param timesFewerImages over those runs, as the next two
   * @param timesFaster in seconds of training
   * @param timesFasterWhole in all seconds
   * @param overheadShare share of an arm's seconds that is not training
   * @param overheadSeconds those seconds
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

    /** {@code gaussian 40 %}. */
    public String title() {
      return Findings.title(arm, ratio);
    }
  }

  /** {@code gaussian 40 %}; all images are not said. */
  public static String title(String arm, Double ratio) {
    return ratio == null || ratio == 1 ? arm : arm + " " + percent(ratio);
  }

  private static String percent(double ratio) {
    return Math.round(ratio * 1000) / 10.0 == Math.round(ratio * 100)
        ? Math.round(ratio * 100) + " %"
        : Math.round(ratio * 1000) / 10.0 + " %";
  }

  /**
   * @param reports of the members that are through, by their planned id
   * @param missing why others are not, by their planned id
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
    List<Finding> there =
        group.stream().map(m -> runs.get(m.run())).filter(Objects::nonNull).toList();
    List<RunReport> told =
        group.stream().map(m -> reports.get(m.run())).filter(Objects::nonNull).toList();
    Member first = group.get(0);
    return new Arm(
        first.arm(),
        first.ratio(),
        there.size(),
        group.size(),
        spread(there, Finding::frechet),
        spread(told, r -> r.quality().kid().value()),
        spread(told, r -> r.quality().precision().value()),
        spread(told, r -> r.quality().recall().value()),
        spread(told, r -> r.quality().coverage().value()),
        mostOften(there.stream().map(Finding::worstClass).filter(Objects::nonNull).toList()),
        spread(there, Finding::worstFrechet),
        (int) there.stream().filter(f -> f.images() != null).count(),
        spread(there, Finding::timesFewerImages),
        spread(there, Finding::timesFaster),
        spread(there, Finding::timesFasterWhole),
        spread(there, Finding::overheadShare),
        spread(there, Finding::overheadSeconds));
  }

  private static <T> Spread spread(List<T> of, Function<T, Double> figure) {
    return Spread.of(new ArrayList<>(of.stream().map(figure).toList()));
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
