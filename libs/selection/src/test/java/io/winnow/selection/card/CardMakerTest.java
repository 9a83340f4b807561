package io.winnow.selection.card;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.winnow.artifacts.features.FeatureRows;
import io.winnow.contracts.Json;
import io.winnow.contracts.spec.SelectionSpec;
import io.winnow.contracts.spec.SelectionSpec.Scope;
import io.winnow.selection.Selection;
import io.winnow.selection.SelectionParameters;
import io.winnow.selection.card.CoresetCard.Group;
import io.winnow.selection.criterion.Order;
import io.winnow.selection.features.FeatureTable;
import io.winnow.selection.testing.Engine;
import io.winnow.store.object.CanonicalJson;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class CardMakerTest {
  private static final int D = 4;

  private int beats;

  @Test
  void tellsWhatWasKeptOfEveryClass() {
    // given: the class "none" has no rows
    int n = 120;
    Random random = new Random(6);
    float[] features = gaussian(random, n);
    int[] labels = random.ints(n, 0, 3).map(c -> c == 2 ? 3 : c).toArray();
    double[] scores = random.doubles(n).toArray();
    Selection selection = Selection.of(scores, labels, 4, 0.25, Scope.CLASS, Order.HIGHEST);

    // when
    CoresetCard card = make(features, labels, scores, selection, "a", "b", "none", "d").card();

    // then
    assertThat(card.selection()).isEqualTo(asked(0.25));
    assertThat(card.measures().recallNeighbour()).isEqualTo(3);
    assertThat(card.measures().coverageNeighbour()).isEqualTo(5);
    assertThat(card.measures().mostRows()).isEqualTo(5000);
    boolean[] kept = new boolean[n];
    for (long row : selection.indices()) {
      kept[(int) row] = true;
    }
    double recall = 0;
    double coverage = 0;
    for (int c : new int[] {0, 1, 3}) {
      Group group = card.classes().get(c);
      int[] rows = IntStream.range(0, n).filter(row -> labels[row] == c).toArray();
      assertThat(group.count()).isEqualTo(rows.length).isEqualTo(group.measured());
      assertThat(group.kept()).isEqualTo((rows.length + 3) / 4);
      assertThat(group.pruned()).isEqualTo(group.count() - group.kept());
      assertThat(group.scores())
          .usingRecursiveComparison()
          .isEqualTo(Histogram.of(scores, rows, kept));
      RecallCoverage alone = alone(features, rows, kept);
      assertThat(group.recall()).isEqualTo(alone.recall());
      assertThat(group.coverage()).isEqualTo(alone.coverage());
      assertThat(group.variance())
          .isCloseTo(
              variance(features, IntStream.of(rows).filter(row -> kept[row]).toArray())
                  / variance(features, rows),
              within(1e-9));
      recall += alone.recall() * rows.length / n;
      coverage += alone.coverage() * rows.length / n;
    }
    Group none = card.classes().get(2);
    assertThat(none.count()).isZero();
    assertThat(none.recall()).isNull();
    assertThat(none.variance()).isNull();
    assertThat(none.scores().edges()).isEmpty();
    assertThat(card.all().name()).isNull();
    assertThat(card.all().count()).isEqualTo(n);
    assertThat(card.all().kept()).isEqualTo(selection.indices().length);
    assertThat(card.all().recall()).isCloseTo(recall, within(1e-12));
    assertThat(card.all().coverage()).isCloseTo(coverage, within(1e-12));
    assertThat(card.all().scores().edges()).hasSize(Histogram.BINS + 1);
    assertThat(beats).isPositive();
  }

  @Test
  void equalCoresetsHaveEqualCardsAndAreReadBack() {
    // given
    Random random = new Random(7);
    float[] features = gaussian(random, 60);
    int[] labels = random.ints(60, 0, 2).toArray();
    double[] scores = random.doubles(60).toArray();
    Selection selection = Selection.of(scores, labels, 2, 0.5, Scope.CLASS, Order.HIGHEST);

    // when
    CardFiles one = make(features, labels, scores, selection, "a", "b");
    CardFiles two = make(features, labels, scores, selection, "a", "b");

    // then
    byte[] json = CanonicalJson.bytes(one.card());
    assertThat(json).isEqualTo(CanonicalJson.bytes(two.card()));
    assertThat(one.map().orElseThrow()).isEqualTo(two.map().orElseThrow());
    assertThat(one.histograms().orElseThrow()).isEqualTo(two.histograms().orElseThrow());
    assertThat(CanonicalJson.bytes(Json.parse(json, CoresetCard.class, "card"))).isEqualTo(json);
  }

  @Test
  void degenerateSetsHaveACardToo() throws IOException {
    // one row, nothing pruned, equal features and scores, one feature, a class without rows
    for (int n : new int[] {1, 2, 9}) {
      for (double ratio : new double[] {0.3, 1}) {
        // given
        double[] scores = new double[n];
        Selection selection = Selection.of(scores, new int[n], 2, ratio, Scope.CLASS, Order.MIDDLE);

        // when
        CardFiles files =
            new CardMaker(
                    FeatureTable.of(2, new FeatureRows(1, new float[n], new int[n])),
                    List.of("", "猫"),
                    Engine.ALGEBRA,
                    () -> {})
                .make(asked(ratio), scores, selection);

        // then
        Group all = files.card().all();
        assertThat(all.recall()).isEqualTo(1.0);
        assertThat(all.coverage()).isEqualTo(1.0);
        assertThat(all.variance()).isNull();
        assertThat(all.scores().edges()).containsExactly(0, 0);
        assertThat(picture(files.map().orElseThrow()).getWidth()).isEqualTo(900);
        assertThat(picture(files.histograms().orElseThrow()).getWidth()).isEqualTo(900);
        assertThat(new String(CanonicalJson.bytes(files.card()))).doesNotContain("NaN");
      }
    }
  }

  @Test
  void picturesShowKeptRowsInTheirClassesColoursOverPrunedOnes() throws IOException {
    // given: a kept row of the first class lies over a pruned one, those of the second lie apart
    float[] features = {0, 0, 0, 0, 10, 0, 10, 9};
    int[] labels = {0, 0, 1, 1};
    double[] scores = {1, 2, 3, 4};
    Selection selection = Selection.of(scores, labels, 2, 0.5, Scope.CLASS, Order.HIGHEST);

    // when
    CardFiles files =
        new CardMaker(
                FeatureTable.of(2, new FeatureRows(2, features, labels)),
                List.of("a", "b"),
                Engine.ALGEBRA,
                () -> {})
            .make(asked(0.5), scores, selection);

    // then
    BufferedImage map = picture(files.map().orElseThrow()).getSubimage(0, 40, 700, 660);
    // a dot with a diameter of 8 pixels, without its anti-aliased edge
    assertThat(pixels(map, Pictures.colour(0))).isBetween(25L, 50L);
    assertThat(pixels(map, Pictures.colour(1))).isBetween(25L, 50L);
    assertThat(pixels(map, Pictures.PRUNED)).isBetween(25L, 50L);
    assertThat(pixels(map, Pictures.colour(2))).isZero();
    BufferedImage histograms = picture(files.histograms().orElseThrow());
    assertThat(pixels(histograms, Pictures.PRUNED)).isGreaterThan(400);
  }

  @Test
  void manyClassesAreShownInPart() throws IOException {
    // given
    int classes = 1000;
    int n = 30_000;
    Random random = new Random(9);
    float[] features = gaussian(random, n);
    int[] labels = IntStream.range(0, n).map(row -> row % classes).toArray();
    double[] scores = random.doubles(n).toArray();
    Selection selection = Selection.of(scores, labels, classes, 0.2, Scope.CLASS, Order.HIGHEST);
    String[] names = IntStream.range(0, classes).mapToObj(c -> "class " + c).toArray(String[]::new);

    // when
    CardFiles files = make(features, labels, scores, selection, names);

    // then: only every second row is drawn, but of every class; the last ones share a colour
    assertThat(files.card().classes()).hasSize(classes);
    BufferedImage map = picture(files.map().orElseThrow()).getSubimage(0, 40, 700, 660);
    for (int label : new int[] {0, 1, 18, 19, 999}) {
      assertThat(pixels(map, Pictures.colour(label))).as("class " + label).isPositive();
    }
    assertThat(picture(files.histograms().orElseThrow()).getHeight()).isLessThan(2000);
  }

  private CardFiles make(
      float[] features, int[] labels, double[] scores, Selection selection, String... names) {
    return new CardMaker(
            FeatureTable.of(names.length, new FeatureRows(D, features, labels)),
            List.of(names),
            Engine.ALGEBRA,
            () -> beats++)
        .make(asked(0.25), scores, selection);
  }

  private static SelectionParameters asked(double ratio) {
    return SelectionParameters.of(SelectionSpec.of(null, ratio), 0);
  }

  private static RecallCoverage alone(float[] features, int[] rows, boolean[] kept) {
    float[] own = new float[rows.length * D];
    boolean[] isKept = new boolean[rows.length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(features, rows[i] * D, own, i * D, D);
      isKept[i] = kept[rows[i]];
    }
    return RecallCoverage.of(Engine.ALGEBRA, own, D, isKept, () -> {});
  }

  private static double variance(float[] features, int[] rows) {
    double total = 0;
    for (int k = 0; k < D; k++) {
      int column = k;
      double mean =
          IntStream.of(rows).mapToDouble(r -> features[r * D + column]).average().orElse(0);
      total +=
          IntStream.of(rows)
              .mapToDouble(r -> Math.pow(features[r * D + column] - mean, 2))
              .average()
              .orElse(0);
    }
    return total;
  }

  private static float[] gaussian(Random random, int n) {
    float[] features = new float[n * D];
    for (int i = 0; i < features.length; i++) {
      features[i] = (float) random.nextGaussian();
    }
    return features;
  }

  private static BufferedImage picture(byte[] png) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(png));
  }

  private static long pixels(BufferedImage picture, Color colour) {
    return IntStream.range(0, picture.getWidth() * picture.getHeight())
        .filter(
            i -> picture.getRGB(i % picture.getWidth(), i / picture.getWidth()) == colour.getRGB())
        .count();
  }
}
