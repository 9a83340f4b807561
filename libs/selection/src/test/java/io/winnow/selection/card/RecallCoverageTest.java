package io.winnow.selection.card;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.metrics.Prdc;
import io.winnow.selection.testing.Engine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RecallCoverageTest {
  private static final Runnable NOTHING = () -> {};

  @Property
  void agreesWithTheDefinitions(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 40) int n,
      @ForAll @IntRange(min = 1, max = 4) int d,
      @ForAll @IntRange(min = 1, max = 10) int tenths) {
    // given: integers, so that many distances tie and rows repeat
    Random random = new Random(seed);
    float[] rows = new float[n * d];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = random.nextInt(6);
    }
    boolean[] kept = kept(random, n, tenths);

    // when
    RecallCoverage result = RecallCoverage.of(Engine.ALGEBRA, rows, d, kept, NOTHING);

    // then
    assertThat(result.recall()).isEqualTo(naiveRecall(rows, d, kept));
    assertThat(result.coverage()).isEqualTo(naiveCoverage(rows, d, kept));
  }

  @Test
  void agreesWithTheDefinitionsOverManyBlocks() {
    // given
    int n = 530;
    Random random = new Random(5);
    float[] rows = new float[n * 7];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (float) random.nextGaussian();
    }
    boolean[] kept = kept(random, n, 2);
    int[] beats = new int[1];

    // when
    RecallCoverage result = RecallCoverage.of(Engine.ALGEBRA, rows, 7, kept, () -> beats[0]++);

    // then
    assertThat(result.recall()).isEqualTo(naiveRecall(rows, 7, kept)).isBetween(0.1, 0.99);
    assertThat(result.coverage()).isEqualTo(naiveCoverage(rows, 7, kept)).isBetween(0.1, 0.99);
    assertThat(beats[0]).isGreaterThanOrEqualTo(5);
  }

  @Test
  void aCollapseShows() {
    // given: ten far clusters, of which one is kept
    int n = 200;
    Random random = new Random(1);
    float[] rows = new float[n * 2];
    boolean[] kept = new boolean[n];
    for (int i = 0; i < n; i++) {
      rows[2 * i] = 100 * (i % 10) + random.nextFloat();
      rows[2 * i + 1] = random.nextFloat();
      kept[i] = i % 10 == 3;
    }

    // when
    RecallCoverage result = RecallCoverage.of(Engine.ALGEBRA, rows, 2, kept, NOTHING);

    // then
    assertThat(result).isEqualTo(new RecallCoverage(0.1, 0.1));
  }

  @Test
  void nothingPrunedMissesNothingAndNothingKeptMissesAll() {
    float[] rows = {1, 5, 2};
    assertThat(
            RecallCoverage.of(Engine.ALGEBRA, rows, 1, new boolean[] {true, true, true}, NOTHING))
        .isEqualTo(new RecallCoverage(1, 1));
    assertThat(RecallCoverage.of(Engine.ALGEBRA, rows, 1, new boolean[3], NOTHING))
        .isEqualTo(new RecallCoverage(0, 0));
  }

  @Test
  void oneRowKeptReachesOnlyItsEquals() {
    // given: the second row equals the kept one
    float[] rows = {1, 1, 9, 9, 9, 9, 9, 9};
    boolean[] kept = {true, false, false, false, false, false, false, false};

    // when
    RecallCoverage result = RecallCoverage.of(Engine.ALGEBRA, rows, 1, kept, NOTHING);

    // then: without a neighbour that is kept the radius is 0; the six others are near one another
    assertThat(result.recall()).isEqualTo(0.25);
    assertThat(result.coverage()).isEqualTo(0.25);
  }

  @Test
  void equalRowsStandForEachOther() {
    boolean[] kept = new boolean[12];
    kept[4] = true;
    assertThat(RecallCoverage.of(Engine.ALGEBRA, new float[36], 3, kept, NOTHING))
        .isEqualTo(new RecallCoverage(1, 1));
    assertThat(RecallCoverage.of(Engine.ALGEBRA, new float[3], 3, new boolean[] {true}, NOTHING))
        .isEqualTo(new RecallCoverage(1, 1));
  }

  private static double naiveRecall(float[] rows, int d, boolean[] kept) {
    int recalled = 0;
    for (int row = 0; row < kept.length; row++) {
      boolean within = false;
      for (int other = 0; other < kept.length; other++) {
        if (kept[other]) {
          double radius = radius(rows, d, other, kept, Prdc.MANIFOLD_NEIGHBOUR);
          within |= distance(rows, d, row, other) <= radius;
        }
      }
      recalled += within ? 1 : 0;
    }
    return (double) recalled / kept.length;
  }

  private static double naiveCoverage(float[] rows, int d, boolean[] kept) {
    boolean[] all = new boolean[kept.length];
    Arrays.fill(all, true);
    int covered = 0;
    for (int row = 0; row < kept.length; row++) {
      double radius = radius(rows, d, row, all, Prdc.DENSITY_NEIGHBOUR);
      boolean within = false;
      for (int other = 0; other < kept.length; other++) {
        within |= kept[other] && distance(rows, d, row, other) <= radius;
      }
      covered += within ? 1 : 0;
    }
    return (double) covered / kept.length;
  }

  private static double radius(float[] rows, int d, int row, boolean[] among, int k) {
    List<Double> distances = new ArrayList<>();
    for (int other = 0; other < among.length; other++) {
      if (among[other] && other != row) {
        distances.add(distance(rows, d, row, other));
      }
    }
    distances.sort(null);
    return distances.isEmpty() ? 0 : distances.get(Math.min(k, distances.size()) - 1);
  }

  private static double distance(float[] rows, int d, int a, int b) {
    double square = 0;
    for (int k = 0; k < d; k++) {
      double difference = (double) rows[a * d + k] - rows[b * d + k];
      square += difference * difference;
    }
    return Math.sqrt(square);
  }

  private static boolean[] kept(Random random, int n, int tenths) {
    boolean[] kept = new boolean[n];
    for (int i = 0; i < n; i++) {
      kept[i] = random.nextInt(10) < tenths;
    }
    return kept;
  }
}
