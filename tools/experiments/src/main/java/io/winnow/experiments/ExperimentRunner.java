package io.winnow.experiments;

import io.winnow.contracts.event.RunCancel;
import io.winnow.contracts.event.RunFailed;
import io.winnow.contracts.run.Experiment;
import io.winnow.contracts.run.Experiment.Member;
import io.winnow.contracts.run.RunReport;
import io.winnow.contracts.run.RunStatus;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.local.client.ProgressDisplay;
import io.winnow.local.client.RunClient;
import io.winnow.local.client.RunEndedException;
import io.winnow.store.artifact.RunFolder;
import io.winnow.store.object.ObjectStore;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Executes the runs of an experiment. Completed runs are kept; unfinished runs are resumed, so an
 * experiment can be interrupted and started again at any time.
 */
public final class ExperimentRunner {
  private static final String TIME_LIMIT_REACHED = "the experiment's time limit was reached";

  private final RunClient client;
  private final ObjectStore store;
  private final Function<Member, RunSpec> resolver;
  private final PrintStream out;
  private final Function<Member, ProgressDisplay> display;
  private final Supplier<Optional<String>> abortReason;

  /**
   * @param resolver see {@link io.winnow.local.client.SpecResolver}
   * @param out receives headings
   * @param display creates a display for each run
   * @param abortReason see {@link RunClient#complete}
   */
  public ExperimentRunner(
      RunClient client,
      ObjectStore store,
      Function<Member, RunSpec> resolver,
      PrintStream out,
      Function<Member, ProgressDisplay> display,
      Supplier<Optional<String>> abortReason) {
    this.client = client;
    this.store = store;
    this.resolver = resolver;
    this.out = out;
    this.display = display;
    this.abortReason = abortReason;
  }

  /**
   * The result.
   *
   * @param reports of completed runs, by planned id
   * @param missing why the other runs have no report, by planned id
   */
  public record Outcome(Map<String, RunReport> reports, Map<String, String> missing) {
    /** Whether a run is missing for another reason than the time limit. */
    public boolean failed() {
      return missing.values().stream().anyMatch(why -> !why.equals(TIME_LIMIT_REACHED));
    }
  }

  /**
   * Executes all runs.
   *
   * @param parallel number of runs in parallel, at least 1
   * @param retry whether failed and cancelled runs are repeated
   * @param end when running runs are cancelled and no more are started; null for no limit
   * @throws IllegalStateException {@code abortReason} returned a reason
   */
  public Outcome run(Experiment experiment, int parallel, boolean retry, Instant end)
      throws InterruptedException {
    ExecutorService workers = Executors.newFixedThreadPool(parallel);
    try {
      List<Future<Optional<String>>> futures = new ArrayList<>();
      int total = experiment.runs().size();
      for (Member member : experiment.runs()) {
        int number = futures.size() + 1;
        futures.add(workers.submit(() -> one(member, number + "/" + total, retry, end)));
      }
      Map<String, RunReport> reports = new LinkedHashMap<>();
      Map<String, String> missing = new LinkedHashMap<>();
      for (int i = 0; i < total; i++) {
        String id = experiment.runs().get(i).run();
        Optional<String> why = get(futures.get(i));
        if (why.isPresent()) {
          missing.put(id, why.get());
        } else {
          reports.put(id, folder(latest(id)).report().orElseThrow());
        }
      }
      return new Outcome(reports, missing);
    } finally {
      workers.shutdownNow();
    }
  }

  private static Optional<String> get(Future<Optional<String>> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  // returns why there is no report, if there is none
  private Optional<String> one(Member member, String place, boolean retry, Instant end) {
    String id = latest(member.run());
    RunStatus status = folder(id).status();
    if (ended(status, id, retry)) {
      return status == RunStatus.SUCCEEDED ? Optional.empty() : Optional.of(why(id));
    }
    if (end != null && Instant.now().isAfter(end)) {
      return Optional.of(TIME_LIMIT_REACHED);
    }
    if (status == RunStatus.FAILED || status == RunStatus.CANCELLED) {
      id = next(member.run());
      status = RunStatus.NOT_FOUND;
    }
    String title = Findings.title(member.arm(), member.ratio()) + ", seed " + member.seed();
    out.println();
    out.println("[" + place + "] " + title + ": " + id);
    if (status == RunStatus.NOT_FOUND) {
      client.submit(id, resolver.apply(member));
    }
    return follow(id, member, end);
  }

  private Optional<String> follow(String id, Member member, Instant end) {
    try {
      client.follow(
          id,
          display.apply(member),
          () ->
              end != null && Instant.now().isAfter(end)
                  ? Optional.of(TIME_LIMIT_REACHED)
                  : abortReason.get());
      return Optional.empty();
    } catch (RunEndedException e) {
      out.println(e.getMessage());
      return Optional.of(e.getMessage());
    } catch (IllegalStateException e) {
      if (!TIME_LIMIT_REACHED.equals(e.getMessage())) {
        throw e;
      }
      out.println("cancelling " + id + ": " + TIME_LIMIT_REACHED);
      client.cancel(id, TIME_LIMIT_REACHED);
      awaitCancelled(id);
      return Optional.of(TIME_LIMIT_REACHED);
    }
  }

  // waits until the services have stopped the run, but not for long: a report does not need it
  private void awaitCancelled(String id) {
    Instant until = Instant.now().plus(Duration.ofSeconds(20));
    try {
      while (folder(id).status() == RunStatus.RUNNING && Instant.now().isBefore(until)) {
        Thread.sleep(500);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean ended(RunStatus status, String id, boolean retry) {
    return switch (status) {
      case SUCCEEDED -> true;
      case FAILED -> !retry;
      case CANCELLED -> !retry && !TIME_LIMIT_REACHED.equals(reason(id).orElse(""));
      case RUNNING, NOT_FOUND -> false;
    };
  }

  private Optional<String> reason(String id) {
    return folder(id).cancelled().map(RunCancel::reason);
  }

  private String why(String id) {
    return folder(id)
        .failed()
        .map(ExperimentRunner::describe)
        .orElseGet(() -> "cancelled" + reason(id).map(r -> ": " + r).orElse(""));
  }

  private static String describe(RunFailed failed) {
    return "failed in " + failed.stage() + ": " + failed.problem();
  }

  private RunFolder folder(String id) {
    return new RunFolder(store, id);
  }

  private String latest(String id) {
    return RunFolder.latest(store, id).id();
  }

  private String next(String id) {
    String latest = latest(id);
    int attempt = latest.equals(id) ? 1 : Integer.parseInt(latest.substring(id.length() + 1));
    return id + "." + (attempt + 1);
  }
}
