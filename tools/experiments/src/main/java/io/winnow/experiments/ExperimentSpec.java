package io.winnow.experiments;

import io.winnow.contracts.Causes;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The spec of an experiment.
 *
 * @param name up to 32 letters, digits, '-' and '_'
 * @param datasets candidate paths of the data set, of which the first existing one is used;
 *     relative paths are resolved against the folder of the spec
 * @param run settings of all runs: a run spec without {@code dataset.source}
 * @param arms what is compared, at least two
 * @param baseline the arm that the others are compared with, one run per seed (default: the first)
 * @param ratios shares of each class to keep, for arms that do not set them
 * @param seeds one set of runs each (default: 1)
 */
public record ExperimentSpec(
    String name,
    List<String> datasets,
    Map<String, Object> run,
    List<Arm> arms,
    String baseline,
    List<Double> ratios,
    List<Long> seeds) {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,31}");

  /**
   * One configuration to compare.
   *
   * @param name title in the report
   * @param run applied to the experiment's {@code run} as a JSON merge patch (RFC 7396)
   * @param ratios replace those of the experiment; null for those of the experiment
   * @param seeds replace those of the experiment; null for those of the experiment
   */
  public record Arm(String name, Map<String, Object> run, List<Double> ratios, List<Long> seeds) {
    public Arm {
      if (name == null || name.isBlank()) {
        throw new InvalidInputException("an arm has no \"name\"", "name every arm");
      }
      run = run == null ? Map.of() : run;
    }
  }

  public ExperimentSpec {
    if (name == null || !NAME.matcher(name).matches()) {
      throw new InvalidInputException(
          "\"name\" is " + name, "use 1 to 32 letters, digits, '-' or '_'");
    }
    datasets = datasets == null ? List.of() : List.copyOf(datasets);
    require(!datasets.isEmpty(), "there are no \"datasets\"", "name a folder of images");
    run = run == null ? Map.of() : run;
    arms = arms == null ? List.of() : List.copyOf(arms);
    require(arms.size() >= 2, "there are " + arms.size() + " \"arms\"", "give at least two");
    Set<String> names = new HashSet<>();
    for (Arm arm : arms) {
      require(
          names.add(arm.name()),
          "two arms are called \"" + arm.name() + "\"",
          "rename one of them");
    }
    baseline = baseline == null ? arms.get(0).name() : baseline;
    require(
        names.contains(baseline),
        "the baseline \"" + baseline + "\" is not an arm",
        "name one of " + arms.stream().map(Arm::name).toList());
    ratios = ratios == null ? List.of() : List.copyOf(ratios);
    seeds = seeds == null || seeds.isEmpty() ? List.of(1L) : List.copyOf(seeds);
    require(
        Set.copyOf(seeds).size() == seeds.size(), "\"seeds\" are " + seeds, "give each seed once");
  }

  /**
   * Reads a spec.
   *
   * @throws InvalidInputException the file is missing or is not an experiment spec
   */
  public static ExperimentSpec read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new InvalidInputException(
          "there is no experiment file " + file,
          "name a JSON file, e.g. docs/experiments/fashion-mnist.json");
    }
    try {
      return Json.parse(Files.readAllBytes(file), ExperimentSpec.class, "experiment " + file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + Causes.of(e), e);
    }
  }

  /**
   * Finds the data set.
   *
   * @param base folder that relative paths are resolved against
   * @throws InvalidInputException none of the candidates exists
   */
  public Path dataset(Path base) {
    return datasets.stream()
        .map(source -> base.resolve(source).toAbsolutePath().normalize())
        .filter(Files::exists)
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "none of the \"datasets\" " + datasets + " exists",
                    "add the path of your data set to the list"));
  }

  /** The first candidate path. */
  Path first(Path base) {
    return base.resolve(datasets.get(0)).toAbsolutePath().normalize();
  }

  private static void require(boolean valid, String problem, String remedy) {
    if (!valid) {
      throw new InvalidInputException("the experiment: " + problem, remedy);
    }
  }
}
