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

/** From what was asked to the runs that are made of it. */
public final class Planner {
  private static final int DIGITS = 8;

  private final ExperimentSpec spec;
  private final Path base;
  private final Path dataset;
  private final Duration budget;
  private final Grid grid;

  /**
   * @param base folder that relative paths of the spec start from
   * @param budget how long it may take, null for as long as it takes
   * @throws io.winnow.contracts.InvalidInputException the data set is not there
   */
  public Planner(ExperimentSpec spec, Path base, Duration budget) {
    this.spec = spec;
    this.base = base;
    this.dataset = spec.dataset(base);
    this.budget = budget;
    this.grid = new Grid(spec, dataset);
  }

  /** The same for the same question: an experiment that was begun is found by it. */
  public String id() {
    Map<String, Object> asked = new LinkedHashMap<>();
    asked.put("spec", spec);
    asked.put("dataset", dataset.toString());
    asked.put("budget", budget == null ? "" : budget.toString());
    return spec.name() + "-" + Digests.sha256(Json.bytes(asked)).substring(0, DIGITS);
  }

  /**
   * Every run as the spec has it, to see that each is one.
   *
   * @throws io.winnow.contracts.InvalidInputException one is not
   */
  public List<Member> whole() {
    return grid.members(id(), Size.whole(spec));
  }

  /** What machine and data set are like; measured when a budget has to be met. */
  public record Measured(Rates rates, Images images) {
    /**
     * In some seconds.
     *
     * @param run one like all others
     * @param base folder that a surrogate's relative path starts from
     */
    public static Measured of(Torch torch, RunSpec run, Path base) {
      Images images = Images.of(run.dataset());
      return new Measured(new RateProbe(torch, base).measure(run, images), images);
    }

    /** About how long runs take, one after another. */
    double seconds(List<Member> members) {
      return new RunTime(rates, images).seconds(members);
    }
  }

  /** A plan, and about how long it takes where that is known. */
  public record Plan(Experiment experiment, Optional<Duration> expected) {}

  /**
   * @param measured asked for where there is a budget
   * @throws io.winnow.contracts.InvalidInputException a run is none, or the budget is too short
   */
  public Plan plan(Supplier<Measured> measured) {
    List<Member> all = whole();
    List<String> notes = new ArrayList<>();
    if (!dataset.equals(spec.first(base))) {
      notes.add(spec.datasets().get(0) + " is not there: the data set is " + dataset + ".");
    }
    if (budget == null) {
      return new Plan(experiment(all, notes), Optional.empty());
    }
    Measured known = measured.get();
    Size size = new Fit(spec, s -> known.seconds(grid.members(id(), s))).into(budget);
    List<Member> members = grid.members(id(), size);
    notes.addAll(Fit.notes(spec, grid, size, budget));
    return new Plan(
        experiment(members, notes),
        Optional.of(Duration.ofSeconds(Math.round(known.seconds(members)))));
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

  /** The first run, whose model and surrogate stand for those of all. */
  public RunSpec typical() {
    return whole().get(0).spec();
  }
}
