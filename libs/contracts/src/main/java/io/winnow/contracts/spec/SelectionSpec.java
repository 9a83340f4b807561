package io.winnow.contracts.spec;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.winnow.contracts.InvalidInputException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which rows are kept. How many is said by one of {@code ratio}, {@code count} and {@code
 * perClass}.
 *
 * @param criterion name of the score, see {@link Catalog#CRITERIA}; default {@code gaussian}
 * @param ratio r in (0, 1]: ⌈r·n_c⌉ rows of each class c (or ⌈r·n⌉ of all); default 0.25, or null
 *     where {@code count} or {@code perClass} is said
 * @param scope whether classes are ranked apart; default {@code class}
 * @param count rows in all; with scope {@code class} shared out over the classes in proportion to
 *     their rows; null unless said
 * @param perClass rows of each class by its name, none of a class that is not named; null unless
 *     said
 * @param minPerClass so many rows of each class at least, as far as it has them; default 0
 * @param clusters k of {@code k-means}; default 8
 * @param memoryMiB MiB that a group's rows may take while they are scored; changes no result;
 *     default 1024
 * @param lossDraws M, timesteps over which {@code interval}, {@code hardest} and {@code easiest}
 *     average an image's loss; default 10
 */
public record SelectionSpec(
    String criterion,
    Double ratio,
    Scope scope,
    Integer count,
    Map<String, Integer> perClass,
    Integer minPerClass,
    Integer clusters,
    Integer memoryMiB,
    Integer lossDraws) {

  /** Where ranks are made. */
  public enum Scope {
    @JsonProperty("class")
    CLASS,
    @JsonProperty("global")
    GLOBAL
  }

  static final SelectionSpec DEFAULT = of(null, null);

  public SelectionSpec {
    criterion = Catalog.CRITERIA.of(Check.orElse(criterion, "gaussian")).name();
    requireOneBudget(ratio, count, perClass);
    if (count == null && perClass == null) {
      ratio = Check.orElse(ratio, 0.25);
    }
    Check.that(ratio == null || (ratio > 0 && ratio <= 1), "selection.ratio", ratio, "in (0, 1]");
    scope = Check.orElse(scope, Scope.CLASS);
    Check.that(count == null || count >= 1, "selection.count", count, "at least 1");
    // sorted, so that equal specs have equal bytes
    perClass = perClass == null ? null : Collections.unmodifiableMap(new TreeMap<>(perClass));
    Check.that(
        perClass == null || perClass.values().stream().allMatch(n -> n != null && n >= 0),
        "selection.perClass",
        perClass,
        "a count of at least 0 for each class");
    minPerClass = Check.orElse(minPerClass, 0);
    Check.that(minPerClass >= 0, "selection.minPerClass", minPerClass, "at least 0");
    clusters = Check.orElse(clusters, 8);
    Check.that(
        clusters >= 1 && clusters <= 65_536, "selection.clusters", clusters, "from 1 to 65536");
    memoryMiB = Check.orElse(memoryMiB, 1024);
    Check.that(memoryMiB >= 1, "selection.memoryMiB", memoryMiB, "at least 1");
    lossDraws = Check.orElse(lossDraws, 10);
    Check.that(
        lossDraws >= 1 && lossDraws <= 1000, "selection.lossDraws", lossDraws, "from 1 to 1000");
  }

  /** A share of each class, everything else by default; either may be null for its default. */
  public static SelectionSpec of(String criterion, Double ratio) {
    return new SelectionSpec(criterion, ratio, null, null, null, null, null, null, null);
  }

  /** Whether rows are ranked by the denoising losses of the reference model. */
  public boolean ranksByLosses() {
    return Catalog.CRITERIA.of(criterion).needs() == CriterionInfo.Needs.LOSSES;
  }

  /**
   * Checks what can be said only of a data set that is known.
   *
   * @param classes its names
   * @throws InvalidInputException {@code perClass} names another
   */
  public void requireClasses(List<String> classes) {
    if (perClass == null) {
      return;
    }
    for (String name : perClass.keySet()) {
      if (!classes.contains(name)) {
        throw new InvalidInputException(
            "\"selection.perClass\" names the class \"" + name + "\", which is not there",
            "name classes of " + classes);
      }
    }
  }

  private static void requireOneBudget(Double ratio, Integer count, Map<String, Integer> perClass) {
    int said = (ratio == null ? 0 : 1) + (count == null ? 0 : 1) + (perClass == null ? 0 : 1);
    if (said > 1) {
      throw new InvalidInputException(
          "\"selection\" says how many rows are kept "
              + (said == 2 ? "twice" : "three times")
              + ": ratio "
              + ratio
              + ", count "
              + count
              + ", perClass "
              + perClass,
          "say one of ratio, count and perClass");
    }
  }
}
