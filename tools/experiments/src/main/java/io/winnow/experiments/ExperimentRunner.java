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
 * Takes an experiment's runs through the services. What is through already is left alone, what was
 * begun is gone on with, so that it may be stopped at any time and started again.
 */
public final class ExperimentRunner {
  private static final String TIME_IS_UP = "the experiment's time is up";

  private final RunClient client;
  private final ObjectStore store;
  private final Function<Member, RunSpec> resolver;
  private final PrintStream out;
  private final Function<Member, ProgressDisplay> display;
  private final Supplier<Optional<String>> trouble;

  /**
   * @param resolver see {@link io.winnow.local.client.SpecResolver}
   * @param out where headings go
   * @param display a fresh one for each run
   * @param trouble see {@link RunClient#complete}
   */
  public ExperimentRunner(
      RunClient client,
      ObjectStore store,
      Function<Member, RunSpec> resolver,
      PrintStream out,
      Function<Member, ProgressDisplay> display,
      Supplier<Optional<String>> trouble) {
    this.client = client;
    this.store = store;
    this.resolver = resolver;
    this.out = out;
    this.display = display;
    this.trouble = trouble;
  }

  /**
   * @param reports of runs that are through, by planned id
   * @param missing why others are not, by planned id
   */
  public record Outcome(Map<String, RunReport> reports, Map<String, String> missing) {
    /** Whether a run is missing for another reason than time. */
    public boolean failed() {
      return missing.values().stream().anyMatch(why -> !why.equals(TIME_IS_UP));
    }
  }

  /**
   * @param parallel runs at a time
   * @param retry whether runs that failed are tried again
   * @param end when no more are begun and those that go on are cancelled; null for never
   * @throws IllegalStateException there is trouble
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

  // why there is no report, if there is none
  private Optional<String> one(Member member, String place, boolean retry, Instant end) {
    String id = latest(member.run());
    RunStatus status = folder(id).status();
    if (over(status, id, retry)) {
      return status == RunStatus.SUCCEEDED ? Optional.empty() : Optional.of(why(id));
    }
    if (end != null && Instant.now().isAfter(end)) {
      return Optional.of(TIME_IS_UP);
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
              end != null && Instant.now().isAfter(end) ? Optional.of(TIME_IS_UP) : trouble.get());
      return Optional.empty();
    } catch (RunEndedException e) {
      out.println(e.getMessage());
      return Optional.of(e.getMessage());
    } catch (IllegalStateException e) {
      if (!TIME_IS_UP.equals(e.getMessage())) {
        throw e;
      }
      out.println("cancelling " + id + ": " + TIME_IS_UP);
      client.cancel(id, TIME_IS_UP);
      awaitCancelled(id);
      return Optional.of(TIME_IS_UP);
    }
  }

  // nothing is reported before the services have let go of it, or long enough
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

  private boolean over(RunStatus status, String id, boolean retry) {
    return switch (status) {
      case SUCCEEDED -> true;
      case FAILED -> !retry;
      case CANCELLED -> !retry && !TIME_IS_UP.equals(reason(id).orElse(""));
      case RUNNING, NOT_FOUND -> false;
    };
  }

  private Optional<String> reason(String id) {
    return folder(id).cancelled().map(RunCancel::reason);
  }

  private String why(String id) {
    return folder(id)
        .failed()
        .map(ExperimentRunner::words)
        .orElseGet(() -> "cancelled" + reason(id).map(r -> ": " + r).orElse(""));
  }

  private static String words(RunFailed failed) {
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
