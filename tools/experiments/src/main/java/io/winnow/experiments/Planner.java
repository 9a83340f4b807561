package io.winnow.experiments;

import io.winnow.contracts.Json;
import io.winnow.contracts.run.Experiment;
import io.winnow.contracts.run.Experiment.Member;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.experiments.RateProbe.Images;
import io.winnow.store.object.Digests;
import io.winnow.torch.engine.Torch;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Turns the spec of an experiment into its runs. */
public final class Planner {
  private static final int DIGITS = 8;

  private final ExperimentSpec spec;
  private final Path base;
  private final Path dataset;
  private final Duration budget;
  private final Grid grid;

  /**
   * @param base folder that relative paths of the spec are resolved against
   * @param budget time to scale the experiment down to; null for no limit
   * @throws io.winnow.contracts.InvalidInputException the data set does not exist
   */
  public Planner(ExperimentSpec spec, Path base, Duration budget) {
    this.spec = spec;
    this.base = base;
    this.dataset = spec.dataset(base);
    this.budget = budget;
    this.grid = new Grid(spec, dataset);
  }

  /** The data set of all runs. */
  public Path dataset() {
    return dataset;
  }

  /** Depends only on spec, data set and budget, so an interrupted experiment is found by it. */
  public String id() {
    Map<String, Object> identity = new LinkedHashMap<>();
    identity.put("spec", spec);
    identity.put("dataset", dataset.toString());
    identity.put("budget", budget == null ? "" : budget.toString());
    return spec.name() + "-" + Digests.sha256(Json.bytes(identity)).substring(0, DIGITS);
  }

  /**
   * Returns every run without scaling down, and thereby checks all specs.
   *
   * @throws io.winnow.contracts.InvalidInputException a spec is invalid
   */
  public List<Member> whole() {
    return grid.members(id(), Size.whole(spec));
  }

  /** Throughput of the machine and size of the data set; needed only with a budget. */
  public record Measured(Rates rates, Images images) {
    /**
     * Measures for a few seconds.
     *
     * @param run a typical run of the experiment
     * @param base folder that a surrogate's relative path is resolved against
     */
    public static Measured of(Torch torch, RunSpec run, Path base) {
      Images images = Images.of(run.dataset());
      return new Measured(new RateProbe(torch, base).measure(run, images), images);
    }

    /** Estimated seconds of all runs, one after another. */
    double seconds(List<Member> members) {
      return new RunTime(rates, images).seconds(members);
    }
  }

  /**
   * A plan.
   *
   * @param expected estimated duration, if there is a budget
   */
  public record Plan(Experiment experiment, Optional<Duration> expected) {}

  /**
   * Plans the experiment.
   *
   * @param measured called only if there is a budget
   * @throws io.winnow.contracts.InvalidInputException a spec is invalid, or the budget is too short
   */
  public Plan plan(Supplier<Measured> measured) {
    List<Member> complete = whole();
    List<String> notes = new ArrayList<>();
    if (!dataset.equals(spec.first(base))) {
      notes.add(spec.datasets().get(0) + " does not exist: using " + dataset + ".");
    }
    if (budget == null) {
      return new Plan(experiment(complete, notes), Optional.empty());
    }
    Measured machine = measured.get();
    Size size = new BudgetFitter(spec, s -> machine.seconds(grid.members(id(), s))).fit(budget);
    List<Member> members = grid.members(id(), size);
    notes.addAll(BudgetFitter.notes(spec, grid, size, budget));
    return new Plan(
        experiment(members, notes),
        Optional.of(Duration.ofSeconds(Math.round(machine.seconds(members)))));
  }

  private Experiment experiment(List<Member> members, List<String> notes) {
    return new Experiment(
        id(),
        spec.name(),
        spec.baseline(),
        members,
        notes,
        Instant.now().truncatedTo(ChronoUnit.SECONDS));
  }

  /** The first run; its model and surrogate are representative of all runs. */
  public RunSpec typical() {
    return whole().get(0).spec();
  }
}
