package io.winnow.experiments;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.contracts.run.Experiment.Member;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.experiments.ExperimentSpec.Arm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All runs of an experiment: arms × ratios × seeds. Runs are ordered by seed, with the baseline
 * first, so that completed runs can be compared even if time runs out.
 */
final class Grid {
  // one surrogate for all seeds: distances in different feature spaces cannot be compared
  private static final Map<String, Object> DEFAULTS =
      Map.of(
          "surrogate", Map.of("seed", 0),
          "sampling", Map.of("images", 10_000, "baseline", false));
  private static final int CURVE_POINTS = 10;
  private static final int CURVE_IMAGES = 2_000;

  private final ExperimentSpec spec;
  private final Path dataset;

  Grid(ExperimentSpec spec, Path dataset) {
    this.spec = spec;
    this.dataset = dataset;
  }

  /** Arms in the order of execution. */
  List<Arm> arms() {
    List<Arm> arms = new ArrayList<>();
    spec.arms().stream().filter(arm -> arm.name().equals(spec.baseline())).forEach(arms::add);
    spec.arms().stream().filter(arm -> !arm.name().equals(spec.baseline())).forEach(arms::add);
    return arms;
  }

  /**
   * Returns the runs.
   *
   * @param id of the experiment
   * @param size how far it is scaled down
   * @throws InvalidInputException the spec of an arm is invalid
   */
  List<Member> members(String id, Size size) {
    List<Member> members = new ArrayList<>();
    List<Arm> arms = arms().subList(0, size.arms());
    for (long seed : spec.seeds().subList(0, size.seeds())) {
      for (Arm arm : arms) {
        List<Long> seeds = arm.seeds() == null ? spec.seeds() : arm.seeds();
        if (seeds.contains(seed)) {
          for (Double ratio : ratios(arm)) {
            RunSpec run = size.of(run(arm, ratio, seed));
            String runId = "%s-%02d".formatted(id, members.size() + 1);
            members.add(new Member(runId, arm.name(), run.selection().ratio(), seed, run));
          }
        }
      }
    }
    return members;
  }

  // a single null: the arm itself sets how many rows are kept
  private List<Double> ratios(Arm arm) {
    if (arm.ratios() != null) {
      return arm.ratios();
    }
    Map<String, Object> selection = part(Merge.of(spec.run(), arm.run()), "selection");
    boolean explicit =
        List.of("ratio", "count", "perClass").stream().anyMatch(selection::containsKey);
    if (!explicit && spec.ratios().isEmpty()) {
      throw new InvalidInputException(
          "the arm \"" + arm.name() + "\" has no ratio",
          "set \"ratios\" of the experiment, or \"selection.ratio\" of the arm");
    }
    if (!explicit && arm.name().equals(spec.baseline()) && spec.ratios().size() > 1) {
      throw new InvalidInputException(
          "the baseline \"" + arm.name() + "\" has several ratios: " + spec.ratios(),
          "set its \"selection.ratio\", usually to 1");
    }
    return explicit ? Collections.singletonList(null) : spec.ratios();
  }

  private RunSpec run(Arm arm, Double ratio, long seed) {
    Map<String, Object> own = new LinkedHashMap<>();
    own.put("name", spec.name() + "-" + arm.name().replaceAll("[^A-Za-z0-9]+", "-"));
    own.put("seed", seed);
    own.put("dataset", Map.of("source", dataset.toString()));
    if (ratio != null) {
      own.put("selection", Map.of("ratio", ratio));
    }
    Map<String, Object> settings = Merge.of(Merge.of(DEFAULTS, spec.run()), arm.run());
    return RunSpec.parse(
        Json.bytes(curve(Merge.of(settings, own))),
        "the arm \"" + arm.name() + "\" of the experiment");
  }

  // by default, quality is measured at ten points of the training, with fewer samples than at the
  // end
  private static Map<String, Object> curve(Map<String, Object> run) {
    Map<String, Object> patch = new LinkedHashMap<>();
    Map<String, Object> training = part(run, "training");
    if (!training.containsKey("snapshotImages") && training.get("images") instanceof Number all) {
      long every = Math.max(1, all.longValue() / CURVE_POINTS);
      patch.put("training", Map.of("snapshotImages", every));
    }
    Map<String, Object> sampling = part(run, "sampling");
    if (!sampling.containsKey("curveImages") && sampling.get("images") instanceof Number all) {
      patch.put("sampling", Map.of("curveImages", Math.min(CURVE_IMAGES, all.intValue())));
    }
    return Merge.of(run, patch);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> part(Map<String, Object> run, String name) {
    return run.get(name) instanceof Map<?, ?> part ? (Map<String, Object>) part : Map.of();
  }
}
