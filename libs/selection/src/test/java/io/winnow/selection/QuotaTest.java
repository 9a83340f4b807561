package io.winnow.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.SelectionSpec;
import io.winnow.contracts.spec.SelectionSpec.Scope;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class QuotaTest {

  @ParameterizedTest
  @CsvSource({
    "0.1, 30, 3",
    "0.07, 100, 7",
    "0.29, 100, 29",
    "0.57, 100, 57",
    "0.3, 10, 3",
    "0.25, 1200, 300",
    "0.25, 1201, 301",
    "1.0, 17, 17",
    "1e-9, 5, 1",
    "0.5, 1, 1",
    "0.5, 0, 0"
  })
  void roundsTheWrittenRatioUp(double ratio, int rows, int expected) {
    assertThat(Quota.of(ratio, rows)).isEqualTo(expected);
  }

  @Property
  void isTheLeastWholeNumberNotBelowTheProduct(
      @ForAll @DoubleRange(min = 0, minIncluded = false, max = 1) @Scale(7) double ratio,
      @ForAll @IntRange(min = 1, max = 2_000_000) int rows) {
    // when
    int quota = Quota.of(ratio, rows);

    // then
    BigDecimal product = new BigDecimal(Double.toString(ratio)).multiply(new BigDecimal(rows));
    assertThat(new BigDecimal(quota)).isGreaterThanOrEqualTo(product);
    assertThat(new BigDecimal(quota - 1)).isLessThan(product);
    assertThat(quota).isBetween(1, rows);
  }

  @ParameterizedTest(name = "{0} of {1}, at least {2} of each: {3}")
  @CsvSource({
    // 10·(50, 30, 20)/100, exact
    "10, 50 30 20, 0, 5 3 2",
    // 3.5, 2.1, 1.4: the half gets the row that is left
    "7, 50 30 20, 0, 4 2 1",
    // 0.5 twice: the lower class gets it
    "1, 20 20, 0, 1 0",
    "100, 50 30 20, 0, 50 30 20",
    // 0.1 and 0.1 are less than 2, the others share 6 of 60 rows
    "10, 1 1 30 30, 1, 1 1 4 4",
    "10, 5 5 45 45, 2, 2 2 3 3",
    // a class cannot give more than it has
    "10, 1 99, 5, 1 9",
    "4, 0 8, 3, 0 4",
    // raised to their minimum one after another: 1.8 of 2 first, then 2.9 of 3
    "6, 3 3 3, 2, 2 2 2"
  })
  void aCountIsSharedOutByLargestRemainder(int count, String counts, int minimum, String expected) {
    // given
    SelectionSpec spec = spec(Scope.CLASS, count, null, minimum);

    // when
    Quota quota = Quota.of(spec, names(ints(counts).length), ints(counts));

    // then
    assertThat(quota.perClass()).containsExactly(ints(expected));
    assertThat(quota.total()).isEqualTo(count);
  }

  @Property
  void sharesAreWithinOneOfTheirProportionAndInAllTheCount(
      @ForAll @Size(min = 1, max = 8) List<@IntRange(min = 0, max = 500) Integer> counts,
      @ForAll @IntRange(min = 0, max = 5) int minimum,
      @ForAll @DoubleRange(min = 0, max = 1) double share) {
    // given: a count between the minima and all rows
    int[] rows = counts.stream().mapToInt(Integer::intValue).toArray();
    int all = Arrays.stream(rows).sum();
    int least = Arrays.stream(rows).map(n -> Math.min(n, minimum)).sum();
    int count = Math.max(least, (int) Math.round(share * all));
    Assume.that(count >= 1);

    // when
    int[] shares =
        Quota.of(spec(Scope.CLASS, count, null, minimum), names(rows.length), rows).perClass();

    // then
    assertThat(Arrays.stream(shares).sum()).isEqualTo(count);
    for (int c = 0; c < rows.length; c++) {
      assertThat(shares[c]).isBetween(Math.min(rows[c], minimum), rows[c]);
      double exact = (double) count * rows[c] / all;
      // a minimum elsewhere may lower a share, never raise it
      assertThat(shares[c]).isLessThan(Math.max((int) exact, minimum) + 2);
      if (minimum == 0) {
        assertThat(shares[c]).isGreaterThan((int) exact - 1);
      }
    }
  }

  @Test
  void theMinimumRaisesWhatARatioLeaves() {
    // given
    SelectionSpec perClass = ratio(Scope.CLASS, 0.1, 3);
    SelectionSpec all = ratio(Scope.GLOBAL, 0.1, 3);

    // then
    assertThat(Quota.of(perClass, names(3), new int[] {100, 10, 2}))
        .satisfies(q -> assertThat(q.perClass()).containsExactly(10, 3, 2))
        .satisfies(q -> assertThat(q.total()).isEqualTo(15));
    assertThat(Quota.of(all, names(3), new int[] {100, 10, 2}))
        .satisfies(q -> assertThat(q.perClass()).containsExactly(3, 3, 2))
        .satisfies(q -> assertThat(q.total()).isEqualTo(12));
    assertThat(Quota.of(all, names(3), new int[] {10, 10, 2}).total()).isEqualTo(8);
  }

  @ParameterizedTest
  @EnumSource(Scope.class)
  void classesMayBeGivenTheirCounts(Scope scope) {
    // given
    SelectionSpec spec = spec(scope, null, Map.of("c1", 4, "c0", 0), 1);

    // when
    Quota quota = Quota.of(spec, names(4), new int[] {9, 9, 9, 0});

    // then: a class that is not named keeps its minimum
    assertThat(quota.perClass()).containsExactly(1, 4, 1, 0);
    assertThat(quota.total()).isEqualTo(6);
    assertThat(quota.ofGroups(scope))
        .containsExactly(scope == Scope.CLASS ? new int[] {1, 4, 1, 0} : new int[] {6});
  }

  @Test
  void moreThanThereIsIsRefused() {
    int[] counts = {5, 3};
    assertRefused(spec(Scope.CLASS, 9, null, 0), counts, "selection.count", "8 rows");
    assertRefused(spec(Scope.GLOBAL, 9, null, 0), counts, "selection.count", "8 rows");
    assertRefused(spec(Scope.CLASS, 5, null, 3), counts, "selection.minPerClass", "makes 6");
    assertRefused(spec(Scope.CLASS, null, Map.of("c1", 4), 0), counts, "\"c1\"", "has 3");
    assertRefused(spec(Scope.CLASS, null, Map.of("cat", 1), 0), counts, "\"cat\"", "does not have");
    assertRefused(spec(Scope.CLASS, null, Map.of("c1", 0), 0), counts, "keeps no row");
  }

  private static void assertRefused(SelectionSpec spec, int[] counts, String... says) {
    assertThatThrownBy(() -> Quota.of(spec, names(counts.length), counts))
        .isInstanceOfSatisfying(
            InvalidInputException.class,
            e -> {
              assertThat(e.problem()).contains(says);
              assertThat(e.remedy()).isNotBlank();
            });
  }

  private static SelectionSpec spec(
      Scope scope, Integer count, Map<String, Integer> perClass, int minimum) {
    return new SelectionSpec(null, null, scope, count, perClass, minimum, null, null, null);
  }

  private static SelectionSpec ratio(Scope scope, double ratio, int minimum) {
    return new SelectionSpec(null, ratio, scope, null, null, minimum, null, null, null);
  }

  private static List<String> names(int classes) {
    return IntStream.range(0, classes).mapToObj(c -> "c" + c).toList();
  }

  private static int[] ints(String spaced) {
    return Arrays.stream(spaced.trim().split(" ")).mapToInt(Integer::parseInt).toArray();
  }
}
