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
 * All runs of an experiment: arms × ratios × seeds. One seed is through before the next begins, the
 * baseline first, so that whatever is there when time is up can be compared.
 */
final class Grid {
  // One surrogate for all seeds: distances in spaces of different surrogates cannot be compared.
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

  /** Arms in the order in which they are run. */
  List<Arm> arms() {
    List<Arm> arms = new ArrayList<>();
    spec.arms().stream().filter(arm -> arm.name().equals(spec.baseline())).forEach(arms::add);
    spec.arms().stream().filter(arm -> !arm.name().equals(spec.baseline())).forEach(arms::add);
    return arms;
  }

  /**
   * @param id of the experiment
   * @param size how much of it
   * @throws InvalidInputException an arm is no run
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

  // one null: the arm says itself how many rows are kept
  private List<Double> ratios(Arm arm) {
    if (arm.ratios() != null) {
      return arm.ratios();
    }
    Map<String, Object> selection = part(Merge.of(spec.run(), arm.run()), "selection");
    boolean said = List.of("ratio", "count", "perClass").stream().anyMatch(selection::containsKey);
    if (!said && spec.ratios().isEmpty()) {
      throw new InvalidInputException(
          "nothing says how many images the arm \"" + arm.name() + "\" keeps",
          "give the experiment \"ratios\", or the arm a \"selection.ratio\"");
    }
    if (!said && arm.name().equals(spec.baseline()) && spec.ratios().size() > 1) {
      throw new InvalidInputException(
          "the baseline \"" + arm.name() + "\" would be run at " + spec.ratios(),
          "give it one \"selection.ratio\", usually 1");
    }
    return said ? Collections.singletonList(null) : spec.ratios();
  }

  private RunSpec run(Arm arm, Double ratio, long seed) {
    Map<String, Object> own = new LinkedHashMap<>();
    own.put("name", spec.name() + "-" + arm.name().replaceAll("[^A-Za-z0-9]+", "-"));
    own.put("seed", seed);
    own.put("dataset", Map.of("source", dataset.toString()));
    if (ratio != null) {
      own.put("selection", Map.of("ratio", ratio));
    }
    Map<String, Object> said = Merge.of(Merge.of(DEFAULTS, spec.run()), arm.run());
    return RunSpec.parse(
        Json.bytes(curve(Merge.of(said, own))), "the arm \"" + arm.name() + "\" of the experiment");
  }

  // without a word on it, quality is taken at ten points of a training, by some of the samples
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
