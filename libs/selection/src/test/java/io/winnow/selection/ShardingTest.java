package io.winnow.selection;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.contracts.spec.SelectionSpec;
import io.winnow.contracts.spec.SelectionSpec.Scope;
import io.winnow.selection.testing.Criteria;
import io.winnow.selection.testing.RandomRows;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ShardingTest {

  @Property
  void theCoresetDoesNotDependOnHowFeaturesAreSharded(
      @ForAll SelectionSpec.Criterion name,
      @ForAll Scope scope,
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 80) int rows,
      @ForAll @IntRange(min = 1, max = 4) int classes,
      @ForAll @IntRange(min = 1, max = 9) int dimension,
      @ForAll @IntRange(min = 1, max = 100) int percent) {
    // given
    RandomRows data = RandomRows.of(seed, rows, classes, dimension);
    double ratio = percent / 100.0;

    // when: batches, their statistics and the order in which those merge are drawn
    FeatureTable sharded = data.sharded(new Random(seed + 1));
    Selection selection = Criteria.select(name, scope, seed, sharded, ratio);

    // then
    Selection whole = Criteria.select(name, scope, seed, data.table(), ratio);
    assertThat(selection.indices()).containsExactly(whole.indices());
  }
}
