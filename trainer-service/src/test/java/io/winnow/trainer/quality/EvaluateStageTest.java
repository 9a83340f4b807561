package io.winnow.trainer.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.winnow.artifacts.features.Features;
import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.contracts.Lineage;
import io.winnow.contracts.LineageKey;
import io.winnow.contracts.event.FeaturesReady;
import io.winnow.contracts.event.Subject;
import io.winnow.contracts.run.ClassQuality;
import io.winnow.contracts.run.Quality;
import io.winnow.contracts.run.StageRecord;
import io.winnow.metrics.Evaluation;
import io.winnow.metrics.FrechetDistance;
import io.winnow.metrics.Judging;
import io.winnow.metrics.KernelDistance;
import io.winnow.metrics.NeighbourMeasures;
import io.winnow.metrics.testing.Sets;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.tensor.Tensor;
import io.winnow.store.testing.InMemoryObjectStore;
import io.winnow.torch.algebra.Algebra;
import io.winnow.torch.algebra.RowSet;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import io.winnow.trainer.TinyRun;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class EvaluateStageTest {
  private static final Runnable ALIVE = () -> {};
  private static final int D = 3;
  // labels go 0 0 1 2 in turn, and only 0 and 1 have 20 rows
  private static final int[] TURN = {0, 0, 1, 2};

  private static Torch torch;

  private final ArtifactStore store = new ArtifactStore(new InMemoryObjectStore());
  private final EvaluateStage stage = new EvaluateStage(store, () -> torch);

  @BeforeAll
  static void start() {
    torch = Torch.start(new TorchSettings(1, "cpu"));
  }

  @AfterAll
  static void stop() {
    torch.close();
  }

  /** Features of splits, each in shards of 7 rows. */
  private Features features(String name, Map<String, float[]> splits) {
    ArtifactDraft draft = store.draft(Address.of("features", name, "test", Map.of(), List.of()));
    int shard = 0;
    for (Map.Entry<String, float[]> split : splits.entrySet()) {
      float[] values = split.getValue();
      for (int at = 0; at < values.length; at += 7 * D, shard++) {
        int rows = Math.min(7, (values.length - at) / D);
        int first = at / D;
        int[] labels = new int[rows];
        Arrays.setAll(labels, i -> TURN[(first + i) % TURN.length]);
        draft.putTensors(
            "shard-%06d/features.safetensors".formatted(shard),
            Map.of(
                "features",
                Tensor.of(Arrays.copyOfRange(values, at, at + rows * D), rows, D),
                "labels",
                Tensor.of(labels, rows)),
            (long) rows,
            split.getKey());
      }
    }
    draft.attribute("dimension", D);
    draft.attribute("classes", 3);
    return Features.open(store, draft.commit(new StageRecord.Cost(0, 0)).ref());
  }

  @Test
  void judgesAllEachClassAndEachSnapshot() {
    // given 60 samples of which the last lies on a trained row, and a snapshot's first 24
    float[] samples = Sets.normal(1, 60, D, 0.3);
    float[] heldout = Sets.normal(2, 90, D, 0);
    float[] train = Sets.normal(3, 40, D, 0);
    System.arraycopy(train, 31 * D, samples, 59 * D, D);
    float[] snapshot = Sets.normal(4, 24, D, 1);
    Map<String, float[]> drawn = new LinkedHashMap<>();
    drawn.put("samples", samples);
    drawn.put("untrained", Sets.normal(5, 60, D, 4));
    drawn.put("at-100", snapshot);
    Map<String, float[]> known = new LinkedHashMap<>();
    known.put("train", train);
    known.put("heldout", heldout);
    long[] trained = {0, 9, 31, 39};
    Algebra algebra = new Algebra(torch);
    Judging judging =
        new Judging(
            algebra,
            features("judged samples", drawn),
            List.of("a", "b", "c"),
            (done, total) -> assertThat(done).isLessThanOrEqualTo(total).isLessThanOrEqualTo(3));

    // when
    Evaluation evaluation = judging.judge(features("judged images", known), trained, 300);

    // then all rows are judged as they are, whatever their order
    Quality quality = evaluation.samples();
    assertThat(quality.samples()).isEqualTo(60);
    assertThat(quality.heldout()).isEqualTo(90);
    assertThat(quality.frechet().value()).isCloseTo(frechet(algebra, samples, heldout), near());
    assertThat(quality.frechet().spread()).isPositive();
    assertThat(evaluation.untrained())
        .isCloseTo(frechet(algebra, drawn.get("untrained"), heldout), near());
    try (RowSet x = Sets.of(algebra, samples, D);
        RowSet y = Sets.of(algebra, heldout, D)) {
      assertThat(quality.kid().value()).isCloseTo(KernelDistance.of(x, y, ALIVE).value(), near());
      NeighbourMeasures neighbours = NeighbourMeasures.of(x, y, false, ALIVE);
      assertThat(quality.recall().value()).isEqualTo(neighbours.recall().value());
      assertThat(quality.coverage().value()).isEqualTo(neighbours.coverage().value());
    }
    // and each class by itself, where it has rows enough
    assertThat(quality.perClass())
        .extracting(ClassQuality::name, ClassQuality::samples, ClassQuality::heldout)
        .containsExactly(tuple("a", 30L, 46L), tuple("b", 15L, 22L), tuple("c", 15L, 22L));
    float[] ofB = Sets.only(samples, D, i -> i % 4 == 2);
    float[] againstB = Sets.only(heldout, D, i -> i % 4 == 2);
    assertThat(quality.perClass().get(1).frechet())
        .isCloseTo(frechet(algebra, ofB, againstB), near());
    assertThat(quality.perClass().get(1).precision()).isNull();
    assertThat(quality.perClass().get(0).precision()).isBetween(0.5, 1.0);
    // and held against what was trained on alone: row 31 was
    assertThat(quality.memorisation().trained()).isEqualTo(4);
    assertThat(quality.memorisation().share().value()).isGreaterThanOrEqualTo(1 / 60.0);
    assertThat(quality.memorisation().distanceRatio())
        .isCloseTo(
            ratio(
                samples,
                heldout,
                Sets.only(train, D, i -> i % 9 == 0 && i < 10 || i == 31 || i == 39)),
            within(1e-6));
    // and the curve's points rest on as many samples: the first 24 of the final model
    assertThat(evaluation.curve())
        .extracting(Evaluation.Snapshot::images)
        .containsExactly(100L, 300L);
    assertThat(evaluation.curve()).extracting(Evaluation.Snapshot::samples).containsOnly(24L);
    assertThat(evaluation.curve().get(0).frechet().value())
        .isCloseTo(frechet(algebra, snapshot, heldout), near());
    assertThat(evaluation.curve().get(1).frechet().value())
        .isCloseTo(frechet(algebra, Arrays.copyOf(samples, 24 * D), heldout), near());
    assertThat(evaluation.rowsForClass()).isEqualTo(4);
    // and it survives its bytes
    assertThat(Json.parse(Json.bytes(evaluation), Evaluation.class, "evaluation"))
        .isEqualTo(evaluation);
  }

  private static Offset<Double> near() {
    return within(1e-9);
  }

  private static double frechet(Algebra algebra, float[] samples, float[] heldout) {
    return FrechetDistance.between(
        algebra, mean(samples), covariance(samples), mean(heldout), covariance(heldout));
  }

  private static double[] mean(float[] x) {
    double[] mean = new double[D];
    for (int i = 0; i < x.length; i++) {
      mean[i % D] += x[i] / (double) (x.length / D);
    }
    return mean;
  }

  private static double[] covariance(float[] x) {
    double[] mean = mean(x);
    double[] covariance = new double[D * D];
    for (int row = 0; row < x.length; row += D) {
      for (int k = 0; k < D * D; k++) {
        covariance[k] +=
            (x[row + k / D] - mean[k / D]) * (x[row + k % D] - mean[k % D]) / (x.length / D - 1.0);
      }
    }
    return covariance;
  }

  private static double ratio(float[] samples, float[] heldout, float[] trained) {
    return median(samples, trained) / median(heldout, trained);
  }

  private static double median(float[] rows, float[] trained) {
    double[] nearest = new double[rows.length / D];
    Arrays.fill(nearest, Double.POSITIVE_INFINITY);
    for (int i = 0; i < rows.length; i += D) {
      for (int j = 0; j < trained.length; j += D) {
        double square = 0;
        for (int t = 0; t < D; t++) {
          square += Math.pow((double) rows[i + t] - trained[j + t], 2);
        }
        nearest[i / D] = Math.min(nearest[i / D], Math.sqrt(square));
      }
    }
    Arrays.sort(nearest);
    return nearest[(nearest.length - 1) / 2];
  }

  @Test
  void saysWhatIsMissing() {
    // given features without what a judgement needs
    Lineage lineage =
        TinyRun.upToWeights(store)
            .with(LineageKey.MODEL, TinyRun.small(store, "models", "m", Map.of()));
    Features one = features("one sample", Map.of("samples", new float[D]));
    Features none = features("no held-out rows", Map.of("train", new float[3 * D]));
    Features other =
        features("of other rows", Map.of("train", new float[3 * D], "heldout", new float[4 * D]));
    Features two = features("two samples", Map.of("samples", new float[2 * D]));

    // when, then
    refused(
        lineage.with(LineageKey.FEATURES, ref(none)).with(LineageKey.SAMPLE_FEATURES, ref(two)),
        "dataset.holdout");
    refused(
        lineage.with(LineageKey.FEATURES, ref(other)).with(LineageKey.SAMPLE_FEATURES, ref(one)),
        "sampling.images");
    refused(lineage.with(LineageKey.SAMPLE_FEATURES, ref(two)), "one surrogate");
    refused(
        lineage.with(LineageKey.FEATURES, ref(other)).with(LineageKey.SAMPLE_FEATURES, ref(two)),
        "select the coreset");
  }

  private static ArtifactRef ref(Features features) {
    return features.artifact().ref();
  }

  private void refused(Lineage lineage, String remedy) {
    FeaturesReady event = new FeaturesReady(TinyRun.run("refused"), lineage, Subject.SAMPLES);
    assertThatThrownBy(() -> stage.address(event))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(remedy);
  }
}
