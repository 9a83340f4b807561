package io.winnow.reweighting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.winnow.artifacts.ClassWeights;
import io.winnow.contracts.Seeds;
import io.winnow.datasets.ImageBatch;
import io.winnow.datasets.ImageShape;
import io.winnow.models.train.Batch;
import io.winnow.models.train.BatchOrder;
import io.winnow.models.train.BatchRecipe;
import io.winnow.models.train.PairedLosses.Losses;
import io.winnow.store.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ProxyLoopTest {
  private static final int CLASSES = 3;
  private static final int BATCH = 8;
  private static final int STEPS = 12;
  private static final long SEED = 4;

  @Test
  void drawsFromTheStepAndTrainsWithTheNewWeights() {
    // given
    TinyModels models = new TinyModels(true, label -> label);
    DroWeights weights = weights(new Dro(), 1.0);
    ProxyLoop loop = loop(models, weights, trajectory(true));

    // when
    loop.step(batch(0));
    loop.step(batch(1));

    // then
    assertThat(models.draws)
        .containsExactly(
            Seeds.of(SEED, "reweight.losses", 0), Seeds.of(SEED, "reweight.losses", 1));
    Batch second = batch(1);
    assertThat(models.lastImages).containsExactly(second.images());
    assertThat(models.lastWeights).containsExactly(weights.ofSamples(second.labels()));
  }

  @Test
  void aClassInWhichTheProxyLagsWeighsMore() {
    // given: the reference is better by 2 on class 2 alone
    DroWeights weights = weights(new Dro(), 1.0);
    ProxyLoop loop =
        loop(new TinyModels(true, label -> label == 2 ? 2 : -1), weights, trajectory(true));

    // when
    for (int step = 0; step < STEPS; step++) {
      loop.step(batch(step));
    }

    // then
    assertThat(weights.lambda()).containsExactly(new double[] {0, 0, 2}, within(1e-5));
    double[] result = FinalWeights.capped(weights.mean(), 10);
    assertThat(result[2] / result[0]).isCloseTo(10, within(1e-9));
    assertThat(result[0]).isEqualTo(result[1]);
  }

  @ParameterizedTest
  @MethodSource("io.winnow.reweighting.WeightingCatalogTest#proxyMethods")
  void goesOnFromItsStateBitForBit(ProxyMethod method) {
    // given
    boolean reference = method.needsReference();
    DroWeights whole = weights(method, null);
    Trajectory wholeTrajectory = trajectory(reference);
    ProxyLoop undisturbed = loop(new TinyModels(reference, label -> label), whole, wholeTrajectory);
    for (int step = 0; step < STEPS; step++) {
      undisturbed.step(batch(step));
    }
    ProxyLoop first =
        loop(
            new TinyModels(reference, label -> label),
            weights(method, null),
            trajectory(reference));
    for (int step = 0; step < 5; step++) {
      first.step(batch(step));
    }

    // when
    Map<String, Tensor> state = first.state();
    TinyModels models = new TinyModels(reference, label -> label);
    models.steps = ProxyLoop.proxyState(state).get("steps").longs()[0];
    DroWeights weights = weights(method, null);
    Trajectory trajectory = trajectory(reference);
    ProxyLoop second = loop(models, weights, trajectory);
    second.restore(state);
    for (int step = 5; step < STEPS; step++) {
      second.step(batch(step));
    }

    // then
    assertThat(weights.mean()).containsExactly(whole.mean());
    assertThat(trajectory.tensors().keySet()).isEqualTo(wholeTrajectory.tensors().keySet());
    assertThat(trajectory.tensors().containsKey("reference")).isEqualTo(reference);
    wholeTrajectory
        .tensors()
        .forEach(
            (name, tensor) ->
                assertThat(trajectory.tensors().get(name).data())
                    .as(name)
                    .isEqualTo(tensor.data()));
    assertThat(trajectory.tensors().get("weights").shape()).containsExactly(STEPS, CLASSES);
    assertThat(trajectory.tensors().get("proxy").shape()).containsExactly(STEPS, BATCH);
  }

  @Test
  void aCurveIsThinnedEvenlyAndEndsWithTheLastUpdate() {
    // given
    Trajectory trajectory = new Trajectory(10, 1, 1, false);
    for (int u = 1; u <= 10; u++) {
      trajectory.add(new double[] {u}, new double[] {-u}, new float[1], null, new int[1]);
    }

    // when
    ClassWeights.Curve curve = trajectory.curve(4);

    // then
    assertThat(curve.updates()).containsExactly(2, 5, 7, 10);
    assertThat(curve.weights()).isDeepEqualTo(new double[][] {{2}, {5}, {7}, {10}});
    assertThat(curve.lambda()).isDeepEqualTo(new double[][] {{-2}, {-5}, {-7}, {-10}});
    assertThat(trajectory.curve(200).updates()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
  }

  private static DroWeights weights(ProxyMethod method, Double eta) {
    return new DroWeights(new DroWeights.Settings(method, CLASSES, STEPS, eta, 1e-3, 0));
  }

  private static Trajectory trajectory(boolean reference) {
    return new Trajectory(STEPS, CLASSES, BATCH, reference);
  }

  private static ProxyLoop loop(Models models, DroWeights weights, Trajectory trajectory) {
    return new ProxyLoop(SEED, models, weights, trajectory);
  }

  private static Batch batch(long step) {
    ImageBatch coreset = coreset();
    BatchOrder order = new BatchOrder(coreset.rows(), BATCH, 1);
    return BatchRecipe.alike(order, false, 1, CLASSES).of(coreset, step);
  }

  private static ImageBatch coreset() {
    int rows = 21;
    byte[] images = new byte[rows * 4];
    int[] labels = new int[rows];
    Arrays.setAll(labels, row -> row % CLASSES);
    for (int i = 0; i < images.length; i++) {
      images[i] = (byte) i;
    }
    return new ImageBatch(new ImageShape(1, 2, 2), images, labels);
  }

  /** The proxy's loss falls with every step and depends on the draw. */
  private static final class TinyModels implements Models {
    private final List<Long> draws = new ArrayList<>();
    private final boolean reference;
    private final Lead lead;
    private long steps;
    private byte[] lastImages;
    private float[] lastWeights;

    /** By how much the reference is better on a class. */
    interface Lead {
      float of(int label);
    }

    TinyModels(boolean reference, Lead lead) {
      this.reference = reference;
      this.lead = lead;
    }

    @Override
    public Losses losses(long seed, byte[] images, int[] labels) {
      draws.add(seed);
      float[] ofProxy = new float[labels.length];
      float[] ofReference = new float[labels.length];
      for (int i = 0; i < labels.length; i++) {
        ofProxy[i] = 3 + (Seeds.of(seed, "draw", i) >>> 40) * 0x1p-24f / (1 + steps);
        ofReference[i] = ofProxy[i] - lead.of(labels[i]);
      }
      return new Losses(ofProxy, reference ? ofReference : null);
    }

    @Override
    public void step(long step, byte[] images, int[] labels, float[] weights) {
      lastImages = images;
      lastWeights = weights;
      steps++;
    }

    @Override
    public Map<String, Tensor> state() {
      return Map.of("steps", Tensor.of(new long[] {steps}, 1));
    }
  }
}
