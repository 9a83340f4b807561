package io.winnow.local.demo;

import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.RunReport;
import io.winnow.contracts.run.RunStatus;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.local.client.ProgressDisplay;
import io.winnow.local.client.RunClient;
import io.winnow.local.client.RunSummary;
import io.winnow.local.client.SpecResolver;
import io.winnow.store.artifact.RunFolder;
import io.winnow.store.object.ObjectStore;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Runs the arms of the demo one after another. */
public final class DemoRunner {
  private final RunClient client;
  private final ObjectStore store;
  private final PrintStream out;
  private final Supplier<ProgressDisplay> display;
  private final Supplier<Optional<String>> trouble;

  /**
   * @param out where headings go
   * @param display a fresh one for each run
   * @param trouble see {@link RunClient#complete}
   */
  public DemoRunner(
      RunClient client,
      ObjectStore store,
      PrintStream out,
      Supplier<ProgressDisplay> display,
      Supplier<Optional<String>> trouble) {
    this.client = client;
    this.store = store;
    this.out = out;
    this.display = display;
    this.trouble = trouble;
  }

  /**
   * An arm that an interrupted demo left half done is gone on with; unfinished arms of a demo with
   * other settings are cancelled, since they would take this one's time.
   *
   * @return the report of each arm, by its name
   */
  public Map<String, RunReport> run(DemoPlan plan) {
    Map<String, RunSpec> arms = resolved(plan);
    List<Run> unfinished = unfinished();
    unfinished.stream()
        .filter(run -> !arms.containsValue(run.spec()))
        .forEach(
            run -> {
              out.println("cancelling " + run.id() + ", left by an earlier demo");
              client.cancel(run.id(), "another demo was started");
            });
    Map<String, RunReport> reports = new LinkedHashMap<>();
    arms.forEach(
        (name, spec) -> {
          out.println();
          out.println(name + ": " + explain(name, spec));
          reports.put(name, run(spec, unfinished));
        });
    return reports;
  }

  private Map<String, RunSpec> resolved(DemoPlan plan) {
    SpecResolver resolver = new SpecResolver(store, true);
    Map<String, RunSpec> arms = new LinkedHashMap<>();
    plan.arms().forEach((name, spec) -> arms.put(name, resolver.resolve(spec, Path.of(""))));
    return arms;
  }

  private RunReport run(RunSpec spec, List<Run> unfinished) {
    Optional<Run> begun = unfinished.stream().filter(r -> r.spec().equals(spec)).findFirst();
    if (begun.isPresent()) {
      out.println("going on with " + begun.get().id());
      return client.follow(begun.get().id(), display.get(), trouble);
    }
    return client.complete(spec, display.get(), trouble);
  }

  private List<Run> unfinished() {
    List<Run> runs = new ArrayList<>();
    for (RunSummary summary : RunSummary.all(store)) {
      if (summary.state() == RunStatus.RUNNING) {
        new RunFolder(store, summary.run())
            .request()
            .filter(r -> r.spec().name().startsWith(DemoPlan.PREFIX))
            .ifPresent(runs::add);
      }
    }
    return runs;
  }

  private static String explain(String name, RunSpec spec) {
    return switch (name) {
      case "winnow" ->
          percent(spec) + " of each class, highest scores first; classes weighed by DRO";
      case "random" -> percent(spec) + " of each class, drawn at random; classes alike";
      default -> "all images; classes alike";
    };
  }

  private static String percent(RunSpec spec) {
    return Math.round(spec.selection().ratio() * 100) + " %";
  }
}
