package io.winnow.selection.criterion;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.contracts.spec.SelectionSpec.Scope;
import io.winnow.selection.Selection;
import io.winnow.selection.features.FeatureTable;
import io.winnow.selection.testing.RandomRows;
import io.winnow.selection.testing.Selections;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class ShardingTest {

  @Provide
  static Arbitrary<String> criteria() {
    return Arbitraries.of(Criteria.all().stream().map(Criterion::name).toList());
  }

  @Property
  void theCoresetDoesNotDependOnHowFeaturesAreSharded(
      @ForAll("criteria") String name,
      @ForAll Scope scope,
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 80) int rows,
      @ForAll @IntRange(min = 1, max = 4) int classes,
      @ForAll @IntRange(min = 1, max = 9) int dimension,
      @ForAll @IntRange(min = 1, max = 100) int percent) {
    // given
    RandomRows data = RandomRows.of(seed, rows, classes, dimension);
    double ratio = percent / 100.0;

    // when: the sizes of the batches are drawn
    FeatureTable sharded = data.sharded(new Random(seed + 1));
    Selection selection = Selections.select(name, scope, seed, sharded, ratio);

    // then
    Selection whole = Selections.select(name, scope, seed, data.table(), ratio);
    assertThat(selection.indices()).containsExactly(whole.indices());
  }
}
