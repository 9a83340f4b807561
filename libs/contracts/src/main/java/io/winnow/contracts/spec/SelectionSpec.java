package io.winnow.contracts.spec;

import static io.winnow.contracts.spec.field.Product.CORESET;
import static io.winnow.contracts.spec.field.Product.LOSSES;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.soabase.recordbuilder.core.RecordBuilder;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Near;
import io.winnow.contracts.Shown;
import io.winnow.contracts.spec.field.Decides;
import io.winnow.contracts.spec.field.Default;
import io.winnow.contracts.spec.field.Description;
import io.winnow.contracts.spec.field.NoEffect;
import io.winnow.contracts.spec.field.Range;
import io.winnow.contracts.spec.field.Section;
import io.winnow.contracts.spec.field.SpecFields;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which images are kept. The budget is one of {@code ratio}, {@code count} and {@code perClass}.
 */
@Section("selection")
@RecordBuilder
public record SelectionSpec(
    @Description("How images are scored") @Default("gaussian") @Decides(CORESET) String criterion,
    @Description(
            "Share r of the images to keep: ceil(r n_c) of the n_c images of each class, or ceil(r n) of all with scope global. One of ratio, count and perClass")
        @Default(text = "0.25, unless count or perClass is given")
        @Range(above = 0, max = 1)
        @Decides(CORESET)
        Double ratio,
    @Description("Rank images within their class, or all together")
        @Default("class")
        @Decides(CORESET)
        Scope scope,
    @Description(
            "Images to keep in all; with scope class, shared among the classes in proportion to their sizes")
        @Range(min = 1, max = 1e9)
        @Decides(CORESET)
        Integer count,
    @Description("Images to keep of each class, by class name; none of a class that is not named")
        @Range(min = 0, max = 1e9)
        @Decides(CORESET)
        Map<String, Integer> perClass,
    @Description("Minimum number of images kept per class, or all images of a class that has fewer")
        @Default("0")
        @Range(min = 0, max = 1e9)
        @Decides(CORESET)
        Integer minPerClass,
    @Description("Number of clusters of criterion k-means")
        @Default("8")
        @Range(min = 1, max = 65_536)
        @Decides(CORESET)
        Integer clusters,
    @Description("Memory, in MiB, for one group's features while they are scored")
        @Default("1024")
        @Range(min = 1, max = 1_048_576)
        @NoEffect("scores do not depend on memory")
        Integer memoryMiB,
    @Description(
            "Timesteps over which criteria interval, hardest and easiest average an image's loss")
        @Default("10")
        @Range(min = 1, max = 1000)
        @Decides({LOSSES, CORESET})
        Integer lossDraws) {

  /** Where ranks are made. */
  public enum Scope {
    @JsonProperty("class")
    CLASS,
    @JsonProperty("global")
    GLOBAL
  }

  // events carry the spec, and a Kafka record has at most 1 MiB
  private static final int MOST_CHARACTERS = 1 << 17;

  static final SelectionSpec DEFAULT = of(null, null);

  public SelectionSpec {
    SpecFields fields = SpecFields.of(SelectionSpec.class);
    criterion = Catalog.CRITERIA.of(fields.check("criterion", criterion)).name();
    requireOneBudget(ratio, count, perClass);
    requireShortNames(perClass);
    ratio = fields.check("ratio", ratio);
    if (ratio == null && count == null && perClass == null) {
      ratio = 0.25;
    }
    scope = fields.check("scope", scope);
    count = fields.check("count", count);
    // sorted, so that equal specs have equal bytes
    perClass =
        perClass == null
            ? null
            : Collections.unmodifiableMap(new TreeMap<>(fields.check("perClass", perClass)));
    minPerClass = fields.check("minPerClass", minPerClass);
    clusters = fields.check("clusters", clusters);
    memoryMiB = fields.check("memoryMiB", memoryMiB);
    lossDraws = fields.check("lossDraws", lossDraws);
  }

  /** A share of each class, everything else by default; either may be null for its default. */
  public static SelectionSpec of(String criterion, Double ratio) {
    return SelectionSpecBuilder.builder().criterion(criterion).ratio(ratio).build();
  }

  /** Whether rows are ranked by the denoising losses of the reference model. */
  public boolean ranksByLosses() {
    return Catalog.CRITERIA.of(criterion).needs() == CriterionInfo.Needs.LOSSES;
  }

  /**
   * Checks what can be said only of a data set that is known.
   *
   * @param classes its names
   * @param counts rows of the train split, by label
   * @throws InvalidInputException more is to be kept than there is, nothing, or {@code perClass}
   *     names another class
   */
  public void requireFit(List<String> classes, int[] counts) {
    requireClasses(classes);
    if (perClass != null) {
      requirePerClass(classes, counts);
    }
    if (count != null) {
      requireCount(counts);
    }
  }

  /**
   * Checks the names of classes.
   *
   * @throws InvalidInputException {@code perClass} names another class
   */
  public void requireClasses(List<String> classes) {
    for (String name : perClass == null ? Set.<String>of() : perClass.keySet()) {
      if (!classes.contains(name)) {
        throw new InvalidInputException(
            "\"selection.perClass\" names the class \""
                + Shown.of(name)
                + "\", which the data set does not have",
            Near.remedy(name, classes, "name classes of " + classes));
      }
    }
  }

  private void requirePerClass(List<String> classes, int[] counts) {
    perClass.forEach(
        (name, wanted) -> {
          int label = classes.indexOf(name);
          if (wanted > counts[label]) {
            throw new InvalidInputException(
                "\"selection.perClass\" requests %d rows of the class \"%s\", which has %d"
                    .formatted(wanted, Shown.of(name), counts[label]),
                "request at most " + counts[label]);
          }
        });
    boolean none = perClass.values().stream().allMatch(wanted -> wanted == 0);
    if (none && (minPerClass == 0 || Arrays.stream(counts).sum() == 0)) {
      throw new InvalidInputException(
          "\"selection.perClass\" keeps no row", "request at least one row of a class");
    }
  }

  private void requireCount(int[] counts) {
    long rows = Arrays.stream(counts).asLongStream().sum();
    if (count > rows) {
      throw new InvalidInputException(
          "\"selection.count\" is " + count + ", but there are " + rows + " rows",
          "request at most " + rows);
    }
    long least = Arrays.stream(counts).mapToLong(n -> Math.min(n, minPerClass)).sum();
    if (count < least) {
      throw new InvalidInputException(
          "\"selection.count\" is %d, but \"selection.minPerClass\" %d of each class makes %d"
              .formatted(count, minPerClass, least),
          "raise selection.count to " + least + " or lower selection.minPerClass");
    }
  }

  private static void requireShortNames(Map<String, Integer> perClass) {
    long characters =
        perClass == null ? 0 : perClass.keySet().stream().mapToLong(String::length).sum();
    if (characters > MOST_CHARACTERS) {
      throw new InvalidInputException(
          "\"selection.perClass\" has names of " + characters + " characters in all",
          "give at most " + MOST_CHARACTERS + ", or use ratio or count");
    }
  }

  private static void requireOneBudget(Double ratio, Integer count, Map<String, Integer> perClass) {
    int said = (ratio == null ? 0 : 1) + (count == null ? 0 : 1) + (perClass == null ? 0 : 1);
    if (said > 1) {
      throw new InvalidInputException(
          "\"selection\" gives its budget "
              + (said == 2 ? "twice" : "three times")
              + ": ratio "
              + ratio
              + ", count "
              + count
              + ", perClass "
              + perClass,
          "give one of ratio, count and perClass");
    }
  }
}
