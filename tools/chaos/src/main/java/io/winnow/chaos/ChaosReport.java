package io.winnow.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The result of {@link Chaos}.
 *
 * @param seed of faults, services and times
 * @param runs disturbed runs that succeeded
 * @param failed problems of the runs that failed
 * @param faults all faults that were injected
 * @param differingObjects objects that differ from those of the undisturbed run, by run
 * @param lostEvents topics without an event of a run, by run
 * @param danglingEvents events that refer to a missing artifact, by run
 * @param deadLetters number of records on dead-letter topics at the end
 * @param resources measured after each run
 * @param trials what happened in each trial
 */
public record ChaosReport(
    long seed,
    int runs,
    List<String> failed,
    List<FaultRecord> faults,
    List<String> differingObjects,
    List<String> lostEvents,
    List<String> danglingEvents,
    int deadLetters,
    List<Resources> resources,
    List<TrialResult> trials) {

  /**
   * Resources of the whole system at one time.
   *
   * @param minutes since the start
   * @param memoryMiB resident memory; null without {@code /proc}
   * @param handles open files and sockets; null without {@code /proc}
   */
  public record Resources(double minutes, Long memoryMiB, Long handles) {}

  /** Whether every run succeeded and equals the undisturbed run, and every trial was passed. */
  public boolean passed() {
    return failed.isEmpty()
        && differingObjects.isEmpty()
        && lostEvents.isEmpty()
        && danglingEvents.isEmpty()
        && deadLetters == 0
        && trials.stream().allMatch(TrialResult::passed);
  }

  /** Rows of fault, count, median and maximum recovery time in seconds. */
  public List<List<String>> table() {
    List<List<String>> rows = new ArrayList<>();
    for (Fault fault : Fault.values()) {
      row(fault.description(), record -> record.fault() == fault).ifPresent(rows::add);
    }
    row("all", record -> true).ifPresent(rows::add);
    return rows;
  }

  private Optional<List<String>> row(String title, Predicate<FaultRecord> filter) {
    List<Duration> sorted =
        faults.stream().filter(filter).map(FaultRecord::recovery).sorted().toList();
    return sorted.isEmpty()
        ? Optional.empty()
        : Optional.of(
            List.of(
                title,
                Integer.toString(sorted.size()),
                seconds(sorted.get(sorted.size() / 2)),
                seconds(sorted.get(sorted.size() - 1))));
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.1f", time.toMillis() / 1e3);
  }

  /** Number of kills by replica, such as {@code encoder-service 12}. */
  public List<String> kills() {
    return faults.stream()
        .filter(record -> record.fault() == Fault.KILL)
        .collect(Collectors.groupingBy(FaultRecord::target, TreeMap::new, Collectors.counting()))
        .entrySet()
        .stream()
        .map(replica -> replica.getKey() + " " + replica.getValue())
        .toList();
  }
}
