package io.winnow.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What came of it.
 *
 * @param seed of what was drawn
 * @param runs disturbed runs that came to their report
 * @param failed why others did not
 * @param injuries all faults
 * @param differing objects that are not those of an undisturbed run, by run
 * @param lost topics on which nothing was said, by run
 * @param groundless events that name what is not there, by run
 * @param deadLetters records on dead-letter topics in the end
 * @param resources after each run
 */
public record ChaosReport(
    long seed,
    int runs,
    List<String> failed,
    List<Injury> injuries,
    List<String> differing,
    List<String> lost,
    List<String> groundless,
    int deadLetters,
    List<Resources> resources) {

  /**
   * What the whole system has.
   *
   * @param minutes since its start
   * @param memory resident, MiB; null where that is not known
   * @param handles open files and sockets; null where that is not known
   */
  public record Resources(double minutes, Long memory, Long handles) {}

  /** Whether nothing went wrong. */
  public boolean well() {
    return failed.isEmpty()
        && differing.isEmpty()
        && lost.isEmpty()
        && groundless.isEmpty()
        && deadLetters == 0;
  }

  /** Header and rows: fault, how often, seconds until the run was heard of again. */
  public List<List<String>> table() {
    List<List<String>> rows = new ArrayList<>();
    for (Fault fault : Fault.values()) {
      List<Duration> times =
          injuries.stream()
              .filter(injury -> injury.fault() == fault)
              .map(Injury::recovery)
              .sorted()
              .toList();
      if (!times.isEmpty()) {
        rows.add(row(fault.words(), times));
      }
    }
    List<Duration> all =
        injuries.stream().map(Injury::recovery).sorted(Comparator.naturalOrder()).toList();
    if (!all.isEmpty()) {
      rows.add(row("all", all));
    }
    return rows;
  }

  private static List<String> row(String what, List<Duration> sorted) {
    return List.of(
        what,
        Integer.toString(sorted.size()),
        seconds(sorted.get(sorted.size() / 2)),
        seconds(sorted.get(sorted.size() - 1)));
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.1f", time.toMillis() / 1e3);
  }

  /** Kills by the service's name, such as {@code encoder-service 12}. */
  public List<String> kills() {
    return injuries.stream()
        .filter(injury -> injury.fault() == Fault.KILL)
        .collect(Collectors.groupingBy(Injury::target, TreeMap::new, Collectors.counting()))
        .entrySet()
        .stream()
        .map(service -> service.getKey() + " " + service.getValue())
        .toList();
  }
}
