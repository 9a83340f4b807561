package io.winnow.local.demo;

import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.RunReport;
import io.winnow.contracts.run.RunStatus;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.local.client.ProgressDisplay;
import io.winnow.local.client.RunClient;
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

/** Executes the arms of the demo one after another. */
public final class DemoRunner {
  private final RunClient client;
  private final ObjectStore store;
  private final PrintStream out;
  private final Supplier<ProgressDisplay> display;
  private final Supplier<Optional<String>> abortReason;

  /**
   * @param out receives headings
   * @param display creates a display for each run
   * @param abortReason see {@link RunClient#complete}
   */
  public DemoRunner(
      RunClient client,
      ObjectStore store,
      PrintStream out,
      Supplier<ProgressDisplay> display,
      Supplier<Optional<String>> abortReason) {
    this.client = client;
    this.store = store;
    this.out = out;
    this.display = display;
    this.abortReason = abortReason;
  }

  /**
   * Executes the arms. Unfinished runs of an interrupted demo resume; those of a demo with other
   * settings are cancelled, because they would slow this one down.
   *
   * @return the reports by arm
   */
  public Map<String, RunReport> run(DemoPlan plan) {
    Map<String, RunSpec> arms = resolved(plan);
    List<Run> unfinished = unfinished();
    unfinished.stream()
        .filter(run -> !arms.containsValue(run.spec()))
        .forEach(
            run -> {
              out.println("cancelling " + run.id() + ", which an earlier demo left unfinished");
              client.cancel(run.id(), "another demo was started");
            });
    Map<String, RunReport> reports = new LinkedHashMap<>();
    arms.forEach(
        (name, spec) -> {
          out.println();
          out.println(name + ": " + describe(name, spec));
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
    Optional<Run> interrupted = unfinished.stream().filter(r -> r.spec().equals(spec)).findFirst();
    if (interrupted.isPresent()) {
      out.println("resuming " + interrupted.get().id());
      return client.follow(interrupted.get().id(), display.get(), abortReason);
    }
    return client.complete(spec, display.get(), abortReason);
  }

  private List<Run> unfinished() {
    List<Run> runs = new ArrayList<>();
    RunFolder.statuses(store)
        .forEach(
            (id, status) -> {
              if (status == RunStatus.RUNNING) {
                new RunFolder(store, id)
                    .request()
                    .filter(r -> r.spec().name().startsWith(DemoPlan.PREFIX))
                    .ifPresent(runs::add);
              }
            });
    return runs;
  }

  private static String describe(String name, RunSpec spec) {
    return switch (name) {
      case "winnow" -> percent(spec) + " of each class by highest score, class weights by DRO";
      case "random" -> percent(spec) + " of each class at random, uniform class weights";
      default -> "all images, uniform class weights";
    };
  }

  private static String percent(RunSpec spec) {
    return Math.round(spec.selection().ratio() * 100) + " %";
  }
}
