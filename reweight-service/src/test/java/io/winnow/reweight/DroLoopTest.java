package io.winnow.reweight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.winnow.contracts.Seeds;
import io.winnow.diffusion.train.Batch;
import io.winnow.diffusion.train.BatchOrder;
import io.winnow.diffusion.train.BatchRecipe;
import io.winnow.storage.dataset.ImageBatch;
import io.winnow.storage.dataset.ImageShape;
import io.winnow.storage.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DroLoopTest {
  private static final int CLASSES = 3;
  private static final int BATCH = 8;
  private static final int STEPS = 12;
  private static final long SEED = 4;

  @Test
  void comparesBothModelsOnTheSameDrawAndTrainsWithTheNewWeights() {
    // given
    TinyProxy proxy = new TinyProxy();
    List<Long> draws = new ArrayList<>();
    ClassWeights weights = new ClassWeights(CLASSES, 1, 0.1);
    Reference reference =
        (seed, images, labels) -> {
          draws.add(seed);
          return new float[labels.length];
        };
    DroLoop loop =
        new DroLoop(SEED, reference, proxy, weights, new Trajectory(STEPS, CLASSES, BATCH));

    // when
    loop.step(batch(0));
    loop.step(batch(1));

    // then
    assertThat(proxy.draws).containsExactlyElementsOf(draws);
    assertThat(draws)
        .containsExactly(
            Seeds.of(SEED, "reweight.losses", 0), Seeds.of(SEED, "reweight.losses", 1));
    Batch second = batch(1);
    assertThat(proxy.lastImages).containsExactly(second.images());
    assertThat(proxy.lastWeights).containsExactly(weights.ofSamples(second.labels()));
  }

  @Test
  void aClassInWhichTheProxyLagsWeighsMore() {
    // given: the reference is better by 2 on class 2 alone
    ClassWeights weights = new ClassWeights(CLASSES, 1, 1e-3);
    TinyProxy proxy = new TinyProxy();
    Reference reference =
        (seed, images, labels) -> {
          float[] losses = proxy.at(seed, labels);
          for (int i = 0; i < labels.length; i++) {
            losses[i] -= labels[i] == 2 ? 2 : -1;
          }
          return losses;
        };
    DroLoop loop = loop(reference, proxy, weights, new Trajectory(STEPS, CLASSES, BATCH));

    // when
    for (int step = 0; step < STEPS; step++) {
      loop.step(batch(step));
    }

    // then
    assertThat(weights.lambda()).containsExactly(new double[] {0, 0, 2}, within(1e-5));
    double[] result = ClassWeights.capped(weights.mean(), 10);
    assertThat(result[2] / result[0]).isCloseTo(10, within(1e-9));
    assertThat(result[0]).isEqualTo(result[1]);
  }

  @Test
  void goesOnFromItsStateBitForBit() {
    // given
    Reference reference =
        (seed, images, labels) -> {
          float[] losses = new float[labels.length];
          for (int i = 0; i < losses.length; i++) {
            losses[i] = (Seeds.of(seed, "reference", i) >>> 40) * 0x1p-24f;
          }
          return losses;
        };
    ClassWeights whole = new ClassWeights(CLASSES, 1, 1e-3);
    Trajectory wholeTrajectory = new Trajectory(STEPS, CLASSES, BATCH);
    DroLoop undisturbed = loop(reference, new TinyProxy(), whole, wholeTrajectory);
    for (int step = 0; step < STEPS; step++) {
      undisturbed.step(batch(step));
    }
    DroLoop first =
        loop(
            reference,
            new TinyProxy(),
            new ClassWeights(CLASSES, 1, 1e-3),
            new Trajectory(STEPS, CLASSES, BATCH));
    for (int step = 0; step < 5; step++) {
      first.step(batch(step));
    }

    // when
    Map<String, Tensor> state = first.state();
    TinyProxy proxy = new TinyProxy();
    proxy.steps = DroLoop.proxyState(state).get("steps").longs()[0];
    ClassWeights weights = new ClassWeights(CLASSES, 1, 1e-3);
    Trajectory trajectory = new Trajectory(STEPS, CLASSES, BATCH);
    DroLoop second = loop(reference, proxy, weights, trajectory);
    second.restore(state);
    for (int step = 5; step < STEPS; step++) {
      second.step(batch(step));
    }

    // then
    assertThat(weights.mean()).containsExactly(whole.mean());
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

  private static DroLoop loop(
      Reference reference, Proxy proxy, ClassWeights weights, Trajectory trajectory) {
    return new DroLoop(SEED, reference, proxy, weights, trajectory);
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

  /** Its loss falls with every step and depends on the draw. */
  private static final class TinyProxy implements Proxy {
    private final List<Long> draws = new ArrayList<>();
    private long steps;
    private byte[] lastImages;
    private float[] lastWeights;

    @Override
    public float[] losses(long seed, byte[] images, int[] labels) {
      draws.add(seed);
      return at(seed, labels);
    }

    float[] at(long seed, int[] labels) {
      float[] losses = new float[labels.length];
      for (int i = 0; i < losses.length; i++) {
        losses[i] = 3 + (Seeds.of(seed, "draw", i) >>> 40) * 0x1p-24f / (1 + steps);
      }
      return losses;
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
