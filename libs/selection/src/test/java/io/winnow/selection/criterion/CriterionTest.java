package io.winnow.selection.criterion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.winnow.artifacts.features.FeatureRows;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.CriterionInfo.Needs;
import io.winnow.contracts.spec.SelectionSpec.Scope;
import io.winnow.selection.Selection;
import io.winnow.selection.features.FeatureTable;
import io.winnow.selection.group.GroupReader;
import io.winnow.selection.testing.Engine;
import io.winnow.selection.testing.RandomRows;
import io.winnow.selection.testing.Selections;
import io.winnow.store.tensor.SafeTensors;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.algebra.Algebra;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CriterionTest {
  private static double[] gaussian(FeatureTable table, Scope scope) {
    return new GaussianCriterion().scores(table, Selections.scoring(scope));
  }

  private static double[] moderate(FeatureTable table, Scope scope) {
    return new ModerateCriterion().scores(table, Selections.scoring(scope));
  }

  @ParameterizedTest
  @EnumSource(Scope.class)
  void gaussianAgreesWithNumPy(Scope scope) throws IOException {
    // given
    Map<String, Tensor> golden = golden();

    // when
    double[] scores = gaussian(table(golden, 3), scope);

    // then
    double[] expected = golden.get("gaussian_" + scope.name().toLowerCase()).doubles();
    assertThat(scores).containsExactly(expected, within(1e-9));
  }

  @ParameterizedTest
  @EnumSource(Scope.class)
  void moderateAgreesWithNumPy(Scope scope) throws IOException {
    // given
    Map<String, Tensor> golden = golden();

    // when
    double[] scores = moderate(table(golden, 3), scope);

    // then
    double[] expected = golden.get("moderate_" + scope.name().toLowerCase()).doubles();
    assertThat(scores).containsExactly(expected, within(1e-12));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gaussian", "ppca", "moderate"})
  void scoresHaveTheSameBitsWhateverTheMemory(String name) {
    // given: rows of many blocks, and more numbers than medians are taken of at a time
    int n = 220_000;
    int d = 12;
    FeatureTable table =
        FeatureTable.of(1, new FeatureRows(d, floats(new Random(4), n * d), new int[n]));

    // when: all rows are held, and hardly more than a block of them
    double[] held = scores(name, 1024, Engine.ALGEBRA, table);
    double[] readAgain = scores(name, name.equals("moderate") ? 58 : 5, Engine.ALGEBRA, table);

    // then
    assertThat(readAgain).containsExactly(held);
  }

  // what a part of one thread computes has the bits of an engine of one thread
  @ParameterizedTest
  @ValueSource(strings = {"gaussian", "ppca", "moderate"})
  void groupsSideBySideHaveTheBitsOfOneAfterTheOther(String name) {
    // given: 9 classes, in several blocks each
    RandomRows rows = RandomRows.of(6, 80_000, 9, 24);
    double[] expected = scores(name, 1024, Engine.ALGEBRA, rows.table());

    onTwoThreads(
        algebra -> {
          // when: all classes are held by two workers, or a block at a time by one
          double[] held = scores(name, 1024, algebra, rows.table());
          double[] readAgain = inLeastMemory(name, algebra, rows.table());

          // then
          assertThat(held).containsExactly(expected);
          assertThat(readAgain).containsExactly(expected);
        });
  }

  private static void onTwoThreads(Consumer<Algebra> test) {
    try (Torch two = Torch.start(new TorchSettings(2, "cpu"))) {
      test.accept(new Algebra(two));
    } finally {
      Torch.start(new TorchSettings(1, "cpu")).close(); // other tests' number
    }
  }

  private static double[] inLeastMemory(String name, Algebra algebra, FeatureTable table) {
    for (int memory = 1; ; memory++) {
      try {
        return scores(name, memory, algebra, table);
      } catch (InvalidInputException e) {
        assertThat(e.problem()).contains("selection.memoryMiB allows " + memory);
      }
    }
  }

  @Test
  void aClassWithoutADensityIsNamedWhicheverThreadFindsIt() {
    // given: the last of 9 classes lies on a line, of a length whose rounding outweighs the ridge
    RandomRows rows = RandomRows.of(5, 72, 9, 6);
    Arrays.setAll(rows.labels(), i -> i % 9);
    for (int i = 8; i < 72; i += 9) {
      for (int j = 0; j < 6; j++) {
        rows.features()[i * 6 + j] = (float) (1e12 * Math.sqrt(1 + j) * (i / 9 - 3.3));
      }
    }

    onTwoThreads(
        algebra ->
            assertThatThrownBy(() -> scores("gaussian", 1024, algebra, rows.table()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("class 8 has a covariance"));
  }

  private static double[] scores(String name, int memoryMiB, Algebra algebra, FeatureTable table) {
    Scoring scoring =
        new Scoring(Scope.CLASS, new int[0], 1, 0, null, algebra, GroupReader.ofMiB(memoryMiB));
    return Criteria.of(name).scores(table, scoring);
  }

  static Stream<String> withoutLosses() {
    return Criteria.all().stream()
        .filter(criterion -> criterion.needs() != Needs.LOSSES)
        .map(Criterion::name);
  }

  @ParameterizedTest
  @MethodSource("withoutLosses")
  void scoresDoNotDependOnHowRowsAreBatched(String name) throws IOException {
    // given
    Map<String, Tensor> golden = golden();
    float[] features = golden.get("features").floats();
    int[] labels = golden.get("labels").ints();
    int d = features.length / labels.length;
    FeatureTable whole = FeatureTable.of(3, new FeatureRows(d, features, labels));

    for (Scope scope : Scope.values()) {
      // when
      Criterion criterion = Criteria.of(name);
      Scoring scoring = Selections.scoring(criterion, scope, 7, whole, 0.3);
      double[] inBatches = criterion.scores(table(golden, 3), scoring);

      // then
      assertThat(inBatches).containsExactly(criterion.scores(whole, scoring), within(1e-9));
    }
  }

  @Test
  void gaussianAgreesWithANaiveDensity() {
    // given
    Random random = new Random(3);
    int d = 5;
    int n = 40;
    float[] features = floats(random, n * d);
    int[] labels = IntStream.range(0, n).map(i -> i % 2).toArray();
    FeatureTable table = FeatureTable.of(2, new FeatureRows(d, features, labels));

    // when
    double[] scores = gaussian(table, Scope.CLASS);

    // then
    for (int row = 0; row < n; row++) {
      assertThat(scores[row]).isCloseTo(naive(features, labels, d, row), within(1e-8));
    }
  }

  @Test
  void aClassOfOneRowHasTheDensityOfTheRidgeAlone() {
    // given
    FeatureTable table =
        FeatureTable.of(2, new FeatureRows(2, new float[] {1, 2, 3, 4, 5, 7}, new int[] {0, 1, 0}));

    // when
    double[] scores = gaussian(table, Scope.CLASS);

    // then: the row is its own mean, Σ is 1e-5·I
    assertThat(scores[1]).isCloseTo(-Math.log(1e-5) - Math.log(2 * Math.PI), within(1e-9));
    assertThat(moderate(table, Scope.CLASS)[1]).isZero();
  }

  @Test
  void moreDimensionsThanRowsHaveADensity() {
    // given
    int d = 50;
    FeatureTable table =
        FeatureTable.of(1, new FeatureRows(d, floats(new Random(1), 8 * d), new int[8]));

    // when
    double[] scores = gaussian(table, Scope.CLASS);

    // then
    assertThat(Arrays.stream(scores).allMatch(Double::isFinite)).isTrue();
  }

  @ParameterizedTest
  @MethodSource("withoutLosses")
  void equalRowsAreSelectedByIndexOrByTheDraw(String name) {
    // given
    float[] features = new float[10 * 3];
    Arrays.fill(features, 0.25f);
    FeatureTable table = FeatureTable.of(1, new FeatureRows(3, features, new int[10]));

    // when
    Selection selection = Selections.select(name, Scope.CLASS, 1, table, 0.4);

    // then
    switch (name) {
      case "moderate" -> assertThat(selection.indices()).containsExactly(3, 4, 5, 6);
      case "random" -> assertThat(selection.indices()).hasSize(4).isSorted();
      default -> assertThat(selection.indices()).containsExactly(0, 1, 2, 3);
    }
  }

  @Test
  void featuresThatAreNotFiniteAreRefused() {
    // given
    FeatureRows rows =
        new FeatureRows(1, new float[] {1, 2, Float.POSITIVE_INFINITY}, new int[] {0, 1, 1});

    // then
    assertThatThrownBy(() -> FeatureTable.of(2, rows))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("row 2");
  }

  @Test
  void aCovarianceThatNoRidgeMendsIsRefused() {
    // given: one direction, of a length whose rounding is far above the ridge
    float[] features = new float[6 * 8];
    for (int i = 0; i < features.length; i++) {
      features[i] = (float) (1e12 * Math.sqrt(1 + i % 6) * (i / 6 - 3.3));
    }
    FeatureTable table = FeatureTable.of(1, new FeatureRows(6, features, new int[8]));

    // then
    assertThatThrownBy(() -> gaussian(table, Scope.CLASS))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("class 0")
        .hasMessageContaining("positive definite");
  }

  @Test
  void randomIsDrawnFromTheSeedAndTheRowAlone() {
    // given
    FeatureTable few = FeatureTable.of(1, new FeatureRows(1, new float[10], new int[10]));
    FeatureTable many = FeatureTable.of(1, new FeatureRows(1, new float[4000], new int[4000]));

    // when
    double[] first = random(1, few, Scope.CLASS);
    double[] again = random(1, many, Scope.GLOBAL);
    double[] other = random(2, many, Scope.CLASS);

    // then
    assertThat(Arrays.copyOf(again, 10)).containsExactly(first);
    assertThat(other).isNotEqualTo(again);
    assertThat(again).doesNotHaveDuplicates();
    assertThat(Arrays.stream(again).allMatch(x -> x >= 0 && x < 1)).isTrue();
    // the mean of 4000 uniform draws has a standard deviation of 0.0046
    assertThat(Arrays.stream(again).average().orElseThrow()).isCloseTo(0.5, within(0.025));
  }

  private static double[] random(long seed, FeatureTable table, Scope scope) {
    Criterion criterion = new RandomCriterion();
    return criterion.scores(table, Selections.scoring(criterion, scope, seed, table, 0.5));
  }

  /** The density by Gauss–Jordan elimination on [Σ | I], class by class. */
  private static double naive(float[] features, int[] labels, int d, int row) {
    double[] mean = new double[d];
    int n = 0;
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] == labels[row]) {
        n++;
        for (int j = 0; j < d; j++) {
          mean[j] += features[i * d + j];
        }
      }
    }
    double[][] sigma = new double[d][2 * d];
    for (int j = 0; j < d; j++) {
      mean[j] /= n;
    }
    for (int i = 0; i < labels.length; i++) {
      for (int j = 0; j < d && labels[i] == labels[row]; j++) {
        for (int k = 0; k < d; k++) {
          sigma[j][k] += (features[i * d + j] - mean[j]) * (features[i * d + k] - mean[k]) / n;
        }
      }
    }
    double determinant = 1;
    for (int j = 0; j < d; j++) {
      sigma[j][j] += 1e-5;
      sigma[j][d + j] = 1;
    }
    for (int p = 0; p < d; p++) {
      double pivot = sigma[p][p];
      determinant *= pivot;
      for (int k = 0; k < 2 * d; k++) {
        sigma[p][k] /= pivot;
      }
      for (int j = 0; j < d; j++) {
        double factor = sigma[j][p];
        for (int k = 0; k < 2 * d && j != p; k++) {
          sigma[j][k] -= factor * sigma[p][k];
        }
      }
    }
    double square = 0;
    for (int j = 0; j < d; j++) {
      for (int k = 0; k < d; k++) {
        square +=
            (features[row * d + j] - mean[j]) * sigma[j][d + k] * (features[row * d + k] - mean[k]);
      }
    }
    return -0.5 * (square + Math.log(determinant) + d * Math.log(2 * Math.PI));
  }

  /** The golden rows in three batches of uneven length. */
  private static FeatureTable table(Map<String, Tensor> golden, int classes) {
    float[] features = golden.get("features").floats();
    int[] labels = golden.get("labels").ints();
    int d = features.length / labels.length;
    int[] cuts = {0, 17, 90, labels.length};
    return FeatureTable.of(
        classes,
        IntStream.range(0, 3)
            .mapToObj(
                b ->
                    new FeatureRows(
                        d,
                        Arrays.copyOfRange(features, cuts[b] * d, cuts[b + 1] * d),
                        Arrays.copyOfRange(labels, cuts[b], cuts[b + 1])))
            .toArray(FeatureRows[]::new));
  }

  private static Map<String, Tensor> golden() throws IOException {
    try (InputStream in = CriterionTest.class.getResourceAsStream("/golden-scores.safetensors")) {
      return SafeTensors.parse(in.readAllBytes(), "golden-scores.safetensors");
    }
  }

  private static float[] floats(Random random, int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
