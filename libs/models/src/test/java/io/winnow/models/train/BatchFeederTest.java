package io.winnow.models.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Seeds;
import io.winnow.datasets.ImageBatch;
import io.winnow.datasets.ImageShape;
import io.winnow.datasets.RowSource;
import java.util.Arrays;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class BatchFeederTest {
  private static final ImageShape SHAPE = new ImageShape(3, 2, 5);
  private static final double[] WEIGHTS = {0.5, 1, 2.5};

  private static ImageBatch images(int rows, long seed) {
    Random random = new Random(seed);
    byte[] images = new byte[rows * SHAPE.bytes()];
    random.nextBytes(images);
    return new ImageBatch(SHAPE, images, random.ints(rows, 0, WEIGHTS.length).toArray());
  }

  private static BatchRecipe recipe(int rows, int batch, boolean flip) {
    return new BatchRecipe(new BatchOrder(rows, batch, 3), flip, 9, WEIGHTS);
  }

  // Pixel by pixel, by the definition.
  private static Batch naive(ImageBatch rows, BatchRecipe recipe, long step) {
    int[] chosen = recipe.order().rowsOf(step);
    SplittableRandom coin = new SplittableRandom(Seeds.of(9, "train.flip", step));
    byte[] images = new byte[chosen.length * SHAPE.bytes()];
    int[] labels = new int[chosen.length];
    float[] weights = new float[chosen.length];
    for (int i = 0; i < chosen.length; i++) {
      boolean mirrored = recipe.flip() && coin.nextBoolean();
      labels[i] = rows.labels()[chosen[i]];
      weights[i] = (float) WEIGHTS[labels[i]];
      for (int line = 0; line < SHAPE.channels() * SHAPE.height(); line++) {
        for (int x = 0; x < SHAPE.width(); x++) {
          int from = mirrored ? SHAPE.width() - 1 - x : x;
          images[i * SHAPE.bytes() + line * SHAPE.width() + x] =
              rows.images()[chosen[i] * SHAPE.bytes() + line * SHAPE.width() + from];
        }
      }
    }
    return new Batch(step, images, labels, weights);
  }

  private static void assertSame(Batch actual, Batch expected) {
    assertThat(actual.step()).isEqualTo(expected.step());
    assertThat(actual.images()).isEqualTo(expected.images());
    assertThat(actual.labels()).isEqualTo(expected.labels());
    assertThat(actual.weights()).isEqualTo(expected.weights());
  }

  @Property
  void givesEachStepItsBatchWhereverItStarts(
      @ForAll @IntRange(min = 1, max = 40) int rows,
      @ForAll @IntRange(min = 1, max = 9) int batch,
      @ForAll boolean flip,
      @ForAll @IntRange(max = 12) int first,
      @ForAll long seed) {
    // given
    ImageBatch images = images(rows, seed);
    BatchRecipe recipe = recipe(rows, batch, flip);

    // when steps first … 12 are taken
    try (BatchFeeder feeder = BatchFeeder.start(images, recipe, first, 13)) {
      for (int step = first; step < 13; step++) {
        // then each is what its number says
        assertSame(feeder.take(), naive(images, recipe, step));
      }
      assertThatThrownBy(feeder::take).isInstanceOf(NoSuchElementException.class);
      assertThat(feeder.waitFraction()).isBetween(0.0, 1.0);
    }
  }

  @Example
  void aboutHalfOfTheImagesAreMirrored() {
    // given one image whose first pixel tells
    byte[] pixels = new byte[SHAPE.bytes()];
    pixels[0] = 1;
    ImageBatch image = new ImageBatch(SHAPE, pixels, new int[1]);
    // when
    int mirrored = 0;
    try (BatchFeeder feeder = BatchFeeder.start(image, recipe(1, 8, true), 0, 500)) {
      for (int step = 0; step < 500; step++) {
        byte[] images = feeder.take().images();
        for (int i = 0; i < 8; i++) {
          mirrored += 1 - images[i * SHAPE.bytes()];
        }
      }
    }
    // then as of 4000 fair coins, within 4 standard deviations
    assertThat(mirrored).isBetween(1874, 2126);
  }

  @Example
  void aBatchStaysAsItIsUntilTheNextIsTaken() throws Exception {
    // given a feeder that has assembled all that it may
    ImageBatch images = images(20, 1);
    Gate rows = new Gate(images, 4 * 5);
    BatchRecipe recipe = recipe(20, 5, true);
    try (BatchFeeder feeder = BatchFeeder.start(rows, recipe, 0, 100)) {
      Batch taken = feeder.take();
      // when it has filled every other buffer, three ahead
      assertThat(rows.passed.await(60, TimeUnit.SECONDS)).isTrue();
      // then what is out is untouched
      assertSame(taken, naive(images, recipe, 0));
    }
  }

  @Example
  void aFaultComesOutWhereTheBatchIsTaken() {
    // given rows of which one cannot be read
    ImageBatch images = images(10, 1);
    RuntimeException fault = new InvalidInputException("row 7 is gone", "fetch it");
    RowSource broken = new Broken(images, 7, fault);
    BatchRecipe recipe = recipe(10, 1, false);
    int bad = 0;
    while (recipe.order().rowsOf(bad)[0] != 7) {
      bad++;
    }
    // when
    try (BatchFeeder feeder = BatchFeeder.start(broken, recipe, 0, 100)) {
      // then the steps before it are there
      for (int step = 0; step < bad; step++) {
        assertSame(feeder.take(), naive(images, recipe, step));
      }
      // and its own, and all later ones, say why they are not
      assertThatThrownBy(feeder::take).isSameAs(fault);
      assertThatThrownBy(feeder::take).isSameAs(fault);
    }
  }

  @Example
  void anErrorComesOutToo() {
    Error error = new OutOfMemoryError("no");
    try (BatchFeeder feeder =
        BatchFeeder.start(new Broken(images(1, 1), 0, error), recipe(1, 1, false), 0, 1)) {
      assertThatThrownBy(feeder::take).isSameAs(error);
    }
  }

  @Example
  void closingEndsATakeThatWaits() throws Exception {
    // given a trainer that waits for rows that do not come
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch stuck = new CountDownLatch(1);
    RowSource slow = new Stuck(images(4, 1), entered, stuck);
    BatchFeeder feeder = BatchFeeder.start(slow, recipe(4, 2, false), 0, 10);
    AtomicReference<Thread> trainer = new AtomicReference<>();
    CompletableFuture<Batch> taken =
        CompletableFuture.supplyAsync(
            () -> {
              trainer.set(Thread.currentThread());
              return feeder.take();
            });
    assertThat(entered.await(60, TimeUnit.SECONDS)).isTrue();
    while (trainer.get() == null || trainer.get().getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    // when another closes it
    CompletableFuture<Void> closing = CompletableFuture.runAsync(feeder::close);
    // then the trainer is let go, with a reason
    assertThatThrownBy(() -> taken.get(60, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("closed before step 0");
    stuck.countDown();
    closing.get(60, TimeUnit.SECONDS);
    // and all of that time it had waited
    assertThat(feeder.waitFraction()).isGreaterThan(0).isEqualTo(feeder.waitFraction());
  }

  @Example
  void closingStopsAThreadThatWaitsForRoom() throws Exception {
    // given a feeder that nobody takes from
    Gate rows = new Gate(images(20, 1), 4 * 5);
    BatchFeeder feeder = BatchFeeder.start(rows, recipe(20, 5, false), 0, Long.MAX_VALUE);
    assertThat(rows.passed.await(60, TimeUnit.SECONDS)).isTrue();
    // when
    feeder.close();
    feeder.close();
    // then
    assertThat(rows.reader.isAlive()).isFalse();
    assertThat(rows.reader.getName()).isEqualTo("winnow-batches");
    assertThat(rows.reader.isDaemon()).isTrue();
    assertThatThrownBy(feeder::take).hasMessageContaining("closed");
  }

  @Example
  void refusesWhatDoesNotFit() {
    assertThatThrownBy(() -> BatchFeeder.start(images(3, 1), recipe(4, 2, false), 0, 1))
        .isInstanceOf(IllegalArgumentException.class);
    ImageShape large = new ImageShape(3, 4096, 4096);
    RowSource rows =
        new RowSource() {
          @Override
          public int rows() {
            return 1;
          }

          @Override
          public ImageShape shape() {
            return large;
          }

          @Override
          public int label(int row) {
            return 0;
          }

          @Override
          public void copy(int row, byte[] target, int offset) {}
        };
    assertThatThrownBy(() -> BatchFeeder.start(rows, recipe(1, 64, false), 0, 1))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("64 images of 3×4096×4096");
  }

  @Example
  void withoutClassWeightsAllSamplesWeighTheSame() {
    // given
    ImageBatch images = images(8, 2);
    // when
    Batch batch = BatchRecipe.alike(new BatchOrder(8, 8, 1), false, 1, 3).of(images, 4);
    // then
    float[] ones = new float[8];
    Arrays.fill(ones, 1);
    assertThat(batch.weights()).containsExactly(ones);
    assertThat(batch.step()).isEqualTo(4);
  }

  /** Counts the images that were copied, and remembers who did. */
  private static final class Gate implements RowSource {
    private final ImageBatch rows;
    private final CountDownLatch passed;
    private volatile Thread reader;

    Gate(ImageBatch rows, int images) {
      this.rows = rows;
      this.passed = new CountDownLatch(images);
    }

    @Override
    public int rows() {
      return rows.rows();
    }

    @Override
    public ImageShape shape() {
      return SHAPE;
    }

    @Override
    public int label(int row) {
      return rows.label(row);
    }

    @Override
    public void copy(int row, byte[] target, int offset) {
      reader = Thread.currentThread();
      rows.copy(row, target, offset);
      passed.countDown();
    }
  }

  private record Broken(ImageBatch images, int bad, Throwable fault) implements RowSource {
    @Override
    public int rows() {
      return images.rows();
    }

    @Override
    public ImageShape shape() {
      return SHAPE;
    }

    @Override
    public int label(int row) {
      return images.label(row);
    }

    @Override
    public void copy(int row, byte[] target, int offset) {
      if (row == bad && fault instanceof Error error) {
        throw error;
      }
      if (row == bad) {
        throw (RuntimeException) fault;
      }
      images.copy(row, target, offset);
    }
  }

  private record Stuck(ImageBatch images, CountDownLatch entered, CountDownLatch stuck)
      implements RowSource {
    @Override
    public int rows() {
      return images.rows();
    }

    @Override
    public ImageShape shape() {
      return SHAPE;
    }

    @Override
    public int label(int row) {
      return images.label(row);
    }

    @Override
    public void copy(int row, byte[] target, int offset) {
      entered.countDown();
      try {
        stuck.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
