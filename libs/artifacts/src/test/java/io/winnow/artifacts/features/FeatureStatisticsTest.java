package io.winnow.artifacts.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.InvalidInputException;
import io.winnow.store.tensor.SafeTensors;
import io.winnow.store.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class FeatureStatisticsTest {
  private static final int CLASSES = 3;

  private static Map<String, Tensor> golden() throws IOException {
    try (InputStream in =
        FeatureStatisticsTest.class.getResourceAsStream("/golden/statistics.safetensors")) {
      return SafeTensors.parse(in.readAllBytes(), "golden");
    }
  }

  @Test
  void agreesWithNumpy() throws IOException {
    // given features, and what NumPy says of them
    Map<String, Tensor> golden = golden();
    FeatureStatistics s = new FeatureStatistics(CLASSES, 6);
    // when
    s.add(golden.get("features").floats(), golden.get("labels").ints());
    // then
    assertThat(s.count()).isEqualTo(70);
    assertThat(s.count(0)).isEqualTo(40);
    assertThat(s.count(1)).isEqualTo(7);
    assertThat(s.count(2)).isEqualTo(23);
    assertClose(s.mean(), golden.get("mean.all").doubles(), 1e-13);
    for (int ddof = 0; ddof <= 1; ddof++) {
      String cov = "cov" + ddof + ".";
      assertClose(s.covariance(ddof), golden.get(cov + "all").doubles(), 1e-12);
      for (int c = 0; c < CLASSES; c++) {
        assertClose(s.mean(c), golden.get("mean.class" + c).doubles(), 1e-13);
        assertClose(s.covariance(c, ddof), golden.get(cov + "class" + c).doubles(), 1e-12);
      }
    }
  }

  @Property
  void shardsMergeInAnyOrder(@ForAll long seed, @ForAll @IntRange(min = 1, max = 6) int shards) {
    // given rows, whole and cut into shards
    Random random = new Random(seed);
    int d = 1 + random.nextInt(5);
    FeatureStatistics whole = new FeatureStatistics(CLASSES, d);
    List<FeatureStatistics> parts = new ArrayList<>();
    for (int i = 0; i < shards; i++) {
      int n = random.nextInt(6);
      float[] features = new float[n * d];
      int[] labels = new int[n];
      for (int k = 0; k < features.length; k++) {
        features[k] = (float) random.nextGaussian(2, 3);
      }
      Arrays.setAll(labels, k -> random.nextInt(CLASSES));
      FeatureStatistics part = new FeatureStatistics(CLASSES, d);
      part.add(features, labels);
      whole.add(features, labels);
      parts.add(part);
    }
    // when merged in another order, and through the store's form
    Collections.shuffle(parts, random);
    FeatureStatistics merged = new FeatureStatistics(CLASSES, d);
    for (FeatureStatistics part : parts) {
      merged = merged.merge(FeatureStatistics.of(part.tensors()));
    }
    // then
    assertThat(merged.tensors().get("count").longs())
        .isEqualTo(whole.tensors().get("count").longs());
    assertClose(merged.tensors().get("sum").doubles(), whole.tensors().get("sum").doubles(), 1e-12);
    assertClose(
        merged.tensors().get("outer").doubles(), whole.tensors().get("outer").doubles(), 1e-11);
  }

  @Test
  void mergingChangesNeitherPart() {
    // given
    FeatureStatistics a = new FeatureStatistics(1, 2);
    a.add(new float[] {1, 2}, new int[] {0});
    FeatureStatistics b = new FeatureStatistics(1, 2);
    b.add(new float[] {3, 4}, new int[] {0});
    // when
    FeatureStatistics merged = a.merge(b);
    // then
    assertThat(merged.mean()).containsExactly(2, 3);
    assertThat(merged.covariance(1)).containsExactly(2, 2, 2, 2);
    assertThat(a.mean()).containsExactly(1, 2);
    assertThat(b.mean()).containsExactly(3, 4);
    assertThatThrownBy(() -> a.merge(new FeatureStatistics(1, 3)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesBadRowsWholly() {
    // given
    FeatureStatistics s = new FeatureStatistics(2, 2);
    // when, then
    assertThatThrownBy(() -> s.add(new float[] {1, 2, 3, Float.NaN}, new int[] {0, 1}))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("feature 1 of row 1 is NaN");
    assertThatThrownBy(() -> s.add(new float[] {Float.NEGATIVE_INFINITY, 2}, new int[] {0}))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("-Infinity");
    assertThatThrownBy(() -> s.add(new float[] {1, 2, 3, 4}, new int[] {0, 2}))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("label 2");
    assertThatThrownBy(() -> s.add(new float[] {1, 2, 3}, new int[] {0}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(s.count()).isZero();
  }

  @Test
  void saysWhenAClassHasTooFewRows() {
    // given
    FeatureStatistics s = new FeatureStatistics(2, 1);
    s.add(new float[] {5}, new int[] {1});
    // when, then
    assertThat(s.mean(1)).containsExactly(5);
    assertThat(s.covariance(1, 0)).containsExactly(0);
    assertThatThrownBy(() -> s.covariance(1, 1))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("class 1 has 1 row")
        .hasMessageContaining("at least 2");
    assertThatThrownBy(() -> s.mean(0))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("class 0 has 0 rows");
    assertThatThrownBy(() -> new FeatureStatistics(1000, 400_000))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("400000 features");
  }

  @Property
  void withoutOuterProductsOfClassesAllElseIsTheSame(@ForAll long seed) {
    // given the same rows in two shards, with and without outer products of each class
    Random random = new Random(seed);
    int d = 1 + random.nextInt(5);
    FeatureStatistics[] rich = new FeatureStatistics[2];
    FeatureStatistics[] poor = new FeatureStatistics[2];
    for (int shard = 0; shard < 2; shard++) {
      float[] features = new float[(1 + random.nextInt(6)) * d];
      for (int k = 0; k < features.length; k++) {
        features[k] = (float) random.nextGaussian(2, 3);
      }
      int[] labels = random.ints(features.length / d, 0, CLASSES).toArray();
      rich[shard] = new FeatureStatistics(CLASSES, d, true);
      rich[shard].add(features, labels);
      poor[shard] = new FeatureStatistics(CLASSES, d, false);
      poor[shard].add(features, labels);
    }
    // when merged, once of both kinds, through the store's form
    FeatureStatistics whole = rich[0].merge(rich[1]);
    FeatureStatistics mixed = rich[0].merge(FeatureStatistics.of(poor[1].tensors()));
    FeatureStatistics bounded =
        FeatureStatistics.of(poor[0].tensors()).merge(FeatureStatistics.of(poor[1].tensors()));
    // then
    for (FeatureStatistics s : List.of(mixed, bounded)) {
      assertThat(s.hasClassCovariances()).isFalse();
      assertThat(s.tensors()).containsOnlyKeys("count", "sum", "outerOfAll");
      assertThat(s.count()).isEqualTo(whole.count());
      assertClose(s.mean(), whole.mean(), 1e-12);
      assertClose(s.covariance(0), whole.covariance(0), 1e-11);
      for (int c = 0; c < CLASSES; c++) {
        assertThat(s.count(c)).isEqualTo(whole.count(c));
        if (s.count(c) > 0) {
          assertClose(s.mean(c), whole.mean(c), 1e-12);
        }
      }
      assertThatThrownBy(() -> s.covariance(0, 0))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("3 classes")
          .hasMessageContaining("128 MiB");
    }
  }

  @Test
  void manyClassesOfManyFeaturesHaveNoCovariancesOfTheirOwn() {
    // then: 10·1831·1832/2 numbers are the last to fit; 1,000 classes of 2,048 would be 16 GB
    assertThat(new FeatureStatistics(10, 1831).hasClassCovariances()).isTrue();
    assertThat(new FeatureStatistics(10, 1832).hasClassCovariances()).isFalse();
    assertThat(new FeatureStatistics(1000, 2048).hasClassCovariances()).isFalse();
  }

  @Test
  void refusesTensorsThatAreNoStatistics() {
    // given
    Map<String, Tensor> good = new FeatureStatistics(2, 3).tensors();
    Map<String, Tensor> without = new HashMap<>(good);
    without.remove("sum");
    Map<String, Tensor> odd = new HashMap<>(good);
    odd.put("outer", Tensor.of(new double[10], 2, 5));
    // when, then
    assertThatThrownBy(() -> FeatureStatistics.of(without))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("sum");
    assertThatThrownBy(() -> FeatureStatistics.of(odd))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("outer");
    assertThatThrownBy(() -> FeatureStatistics.of(Map.of("sum", Tensor.of(new double[0], 0, 3))))
        .isInstanceOf(InvalidInputException.class);
  }

  private static void assertClose(double[] actual, double[] expected, double relative) {
    double scale = Math.max(1, Arrays.stream(expected).map(Math::abs).max().orElse(1));
    assertThat(actual).containsExactly(expected, Offset.offset(relative * scale));
  }
}
