package io.winnow.local.client;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.run.RunStatus;
import io.winnow.contracts.run.StageRecord;
import io.winnow.store.artifact.RunContents;
import io.winnow.store.artifact.RunFolder;
import io.winnow.store.object.ObjectStore;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A run in the store.
 *
 * @param run its id
 * @param name of its spec; null if the request is not stored
 * @param state its status
 * @param requestedAt null if the request is not stored
 * @param stages finished stages, oldest first
 * @param frechet Fréchet distance of the samples; null until they are evaluated
 * @param problem why it failed; null unless it failed
 * @param damaged for each of its records that cannot be read one line, which names it
 */
public record RunSummary(
    String run,
    String name,
    RunStatus state,
    Instant requestedAt,
    List<StageRecord> stages,
    Double frechet,
    String problem,
    List<String> damaged) {

  /** Returns every run, oldest first. */
  public static List<RunSummary> all(ObjectStore store) {
    return RunFolder.runs(store).stream()
        .map(id -> read(store, id))
        .sorted(
            Comparator.comparing(
                RunSummary::requestedAt, Comparator.nullsLast(Comparator.naturalOrder())))
        .toList();
  }

  /**
   * Reads one run.
   *
   * @throws InvalidInputException there is no such run
   */
  public static RunSummary of(ObjectStore store, String id) {
    List<String> ids = RunFolder.runs(store);
    if (!ids.contains(id)) {
      throw unknown(id, ids);
    }
    return read(store, id);
  }

  /** The error for an unknown run; names the newest one. */
  static InvalidInputException unknown(String id, List<String> ids) {
    return new InvalidInputException(
        "there is no run \"" + id + "\"",
        ids.stream()
            .max(Comparator.naturalOrder())
            .map(newest -> "\"winnow status\" lists all runs; the newest is " + newest)
            .orElse("submit one first"));
  }

  private static RunSummary read(ObjectStore store, String id) {
    RunContents run = new RunFolder(store, id).contents();
    return new RunSummary(
        id,
        run.request() == null ? null : run.request().spec().name(),
        run.status(),
        run.request() == null ? null : run.request().requestedAt(),
        run.stages(),
        run.report() == null ? null : run.report().frechet(),
        run.failed() == null ? null : run.failed().text(),
        run.damaged());
  }

  /** The last finished stage, if any. */
  public Optional<String> lastStage() {
    return stages.stream().reduce((a, b) -> b).map(StageRecord::stage);
  }
}
