package io.winnow.experiments;

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
 * An experiment as a person writes it.
 *
 * @param name letters, digits, '-' and '_', at most 32
 * @param datasets where the images may lie, the first that is there is taken; relative paths start
 *     from the spec's folder
 * @param run what all runs have in common: a run's spec without {@code dataset.source}
 * @param arms what is compared, at least two
 * @param baseline the arm that the others are compared with; one run a seed; default the first
 * @param ratios shares of each class kept, for arms that do not say themselves how many are
 * @param seeds default 1
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
   * One way to train.
   *
   * @param name for people
   * @param run laid over the experiment's {@code run} as a JSON merge patch (RFC 7396)
   * @param ratios in place of the experiment's
   * @param seeds in place of the experiment's
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
        "the baseline \"" + baseline + "\" is no arm",
        "name one of " + arms.stream().map(Arm::name).toList());
    ratios = ratios == null ? List.of() : List.copyOf(ratios);
    seeds = seeds == null || seeds.isEmpty() ? List.of(1L) : List.copyOf(seeds);
    require(
        Set.copyOf(seeds).size() == seeds.size(), "\"seeds\" are " + seeds, "give each seed once");
  }

  /**
   * @throws InvalidInputException there is no such file, or it is no experiment
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
      throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /**
   * The data set to use.
   *
   * @param base folder that relative paths start from
   * @throws InvalidInputException none of them is there
   */
  public Path dataset(Path base) {
    return datasets.stream()
        .map(source -> base.resolve(source).toAbsolutePath().normalize())
        .filter(Files::exists)
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "none of the \"datasets\" " + datasets + " is there",
                    "add the path of yours to the list"));
  }

  /** Where the data set is looked for first. */
  Path first(Path base) {
    return base.resolve(datasets.get(0)).toAbsolutePath().normalize();
  }

  private static void require(boolean holds, String problem, String remedy) {
    if (!holds) {
      throw new InvalidInputException("the experiment: " + problem, remedy);
    }
  }
}
