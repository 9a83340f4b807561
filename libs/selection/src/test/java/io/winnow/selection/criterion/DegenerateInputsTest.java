package io.winnow.selection.criterion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.SelectionSpec.Scope;
import io.winnow.selection.Selection;
import io.winnow.selection.features.FeatureTable;
import io.winnow.selection.testing.RandomRows;
import io.winnow.selection.testing.Selections;
import java.util.Arrays;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DegenerateInputsTest {

  static Stream<String> criteria() {
    return Criteria.all().stream().map(Criterion::name);
  }

  static Stream<Arguments> criteriaAndScopes() {
    return criteria()
        .flatMap(name -> Arrays.stream(Scope.values()).map(scope -> Arguments.of(name, scope)));
  }

  @ParameterizedTest
  @MethodSource("criteriaAndScopes")
  void moreDimensionsThanRowsAreScored(String name, Scope scope) {
    // given
    FeatureTable table = RandomRows.of(1, 8, 2, 50).table();

    // when
    Selection selection = Selections.select(name, scope, 1, table, 0.5);

    // then
    assertThat(selection.indices().length).isBetween(4, 5);
  }

  @ParameterizedTest
  @MethodSource("criteriaAndScopes")
  void aClassOfOneRowKeepsIt(String name, Scope scope) {
    // given: row 2 is alone in its class
    RandomRows data =
        new RandomRows(2, 2, new float[] {1, 2, 3, 4, 2, 2, 0, 1}, new int[] {0, 0, 1, 0});

    // when
    Selection selection = Selections.select(name, scope, 1, data.table(), 0.4);

    // then
    if (scope == Scope.CLASS) {
      assertThat(selection.kept()).containsExactly(2, 1);
    } else {
      assertThat(selection.indices()).hasSize(2);
    }
  }

  @ParameterizedTest
  @MethodSource("criteriaAndScopes")
  void featuresThatAreAllEqualAreScored(String name, Scope scope) {
    // given: rows that do not even differ between classes
    float[] features = new float[12 * 4];
    Arrays.fill(features, -7.7f);
    int[] labels = {0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1};

    // when
    Selection selection =
        Selections.select(name, scope, 1, new RandomRows(2, 4, features, labels).table(), 0.5);

    // then
    assertThat(selection.indices()).hasSize(6);
  }

  @ParameterizedTest
  @MethodSource("criteriaAndScopes")
  void aClassWithoutRowsKeepsNone(String name, Scope scope) {
    // given: nothing is of class 1
    RandomRows data =
        new RandomRows(3, 2, new float[] {1, 2, 3, 4, 2, 2, 0, 1, 5, 3}, new int[] {0, 0, 2, 0, 2});

    // when
    Selection selection = Selections.select(name, scope, 1, data.table(), 0.5);

    // then
    assertThat(selection.counts()).containsExactly(3, 0, 2);
    assertThat(selection.kept()[1]).isZero();
    assertThat(selection.indices()).hasSize(3);
  }

  @ParameterizedTest
  @MethodSource("criteriaAndScopes")
  void ratioOneKeepsEveryRow(String name, Scope scope) {
    // given
    FeatureTable table = RandomRows.of(2, 20, 3, 4).table();

    // when
    Selection selection = Selections.select(name, scope, 1, table, 1);

    // then
    assertThat(selection.indices()).containsExactly(LongStream.range(0, 20).toArray());
  }

  @ParameterizedTest
  @MethodSource("criteria")
  void oneRowInAllIsKept(String name) {
    // given
    FeatureTable table = RandomRows.ofOne(3, 1, 2, 3).table();

    // when
    Selection selection = Selections.select(name, Scope.GLOBAL, 1, table, 0.25);

    // then
    assertThat(selection.indices()).containsExactly(0);
  }

  @ParameterizedTest
  @MethodSource("criteria")
  void featuresThatAreNotFiniteAreRefused(String name) {
    // given
    RandomRows data = RandomRows.ofOne(1, 1, Float.NaN, 3);

    // then
    assertThatThrownBy(() -> Selections.select(name, Scope.CLASS, 1, data.table(), 0.5))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("row 1")
        .hasMessageContaining("NaN");
  }
}
