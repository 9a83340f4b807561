package io.winnow.local.client;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.run.RunStatus;
import io.winnow.contracts.run.StageRecord;
import io.winnow.store.artifact.RunContents;
import io.winnow.store.artifact.RunFolder;
import io.winnow.store.local.DaemonThreads;
import io.winnow.store.object.ObjectStore;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

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
  private static final String RUNS = "runs/";

  // the store answers several small requests at once about as fast as one
  private static final int READERS = 8;

  /**
   * Returns the last of the runs, oldest first. Lists the store, and reads only the records of
   * these runs.
   *
   * @param ids of the runs
   * @param most how many to return at most
   */
  public static List<RunSummary> last(ObjectStore store, Collection<String> ids, int most) {
    Map<String, Instant> begun = begun(store);
    List<String> newest =
        ids.stream()
            .sorted(
                Comparator.comparing((String id) -> begun.getOrDefault(id, Instant.MIN))
                    .thenComparing(Comparator.naturalOrder())
                    .reversed())
            .limit(most)
            .toList();
    ExecutorService readers =
        Executors.newFixedThreadPool(READERS, DaemonThreads.named("run-summaries"));
    try {
      return newest.stream()
          .map(id -> CompletableFuture.supplyAsync(() -> read(store, id), readers))
          .toList()
          .stream()
          .map(RunSummary::join)
          .sorted(
              Comparator.comparing(
                  RunSummary::requestedAt, Comparator.nullsLast(Comparator.naturalOrder())))
          .toList();
    } finally {
      readers.shutdownNow();
    }
  }

  private static RunSummary join(CompletableFuture<RunSummary> summary) {
    try {
      return summary.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** The time of each run's first record. */
  private static Map<String, Instant> begun(ObjectStore store) {
    Map<String, Instant> begun = new HashMap<>();
    store
        .modified(RUNS)
        .forEach(
            (key, at) ->
                begun.merge(
                    key.substring(RUNS.length()).split("/", 2)[0],
                    at,
                    (a, b) -> a.isBefore(b) ? a : b));
    return begun;
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
