package io.winnow.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.winnow.contracts.run.Measure;
import io.winnow.metrics.testing.Sets;
import io.winnow.torch.algebra.Algebra;
import io.winnow.torch.algebra.RowSet;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Spreads are those of figures taken anew without each group of samples. */
class SpreadTest {
  private static final Runnable ALIVE = () -> {};
  private static final int D = 3;
  private static final float[] SAMPLES = Sets.normal(1, 83, D, 0.4);
  private static final float[] HELDOUT = Sets.normal(2, 70, D, 0);

  private final Torch torch = Torch.start(new TorchSettings(1, "cpu"));
  private final Algebra algebra = new Algebra(torch);
  private RowSet samples;
  private RowSet heldout;

  @BeforeEach
  void put() {
    samples = Sets.of(algebra, SAMPLES, D);
    heldout = Sets.of(algebra, HELDOUT, D);
  }

  @AfterEach
  void close() {
    torch.close();
  }

  private double spread(ToDoubleFunction<RowSet> figure) {
    double[] leftOut = new double[10];
    for (int g = 0; g < 10; g++) {
      int gone = g;
      try (RowSet rest = Sets.of(algebra, Sets.only(SAMPLES, D, i -> i % 10 != gone), D)) {
        leftOut[g] = figure.applyAsDouble(rest);
      }
    }
    double mean = Arrays.stream(leftOut).average().orElseThrow();
    double variance = Arrays.stream(leftOut).map(x -> 0.9 * (x - mean) * (x - mean)).sum();
    // the 97.5 % quantile of Student's t of 9 degrees of freedom
    return 2.262157 * Math.sqrt(variance);
  }

  private static void has(Measure measure, double spread, double tolerance) {
    assertThat(measure.spread()).isPositive().isCloseTo(spread, within(tolerance * spread));
  }

  @Test
  void ofTheFrechetDistance() {
    try (FrechetDistance distance = new FrechetDistance(heldout)) {
      // when
      Measure measure = distance.measure(samples, ALIVE);

      // then
      has(measure, spread(distance::to), 1e-5);
      assertThat(measure.value()).isEqualTo(distance.to(samples));
    }
  }

  @Test
  void ofTheKernelDistance() {
    // when
    Measure measure = KernelDistance.of(samples, heldout, ALIVE);

    // then
    has(measure, spread(rest -> KernelDistance.of(rest, heldout, ALIVE).value()), 1e-6);
  }

  @Test
  void ofWhatNeighboursTell() {
    // when
    Prdc measures = Prdc.of(samples, heldout, true, ALIVE);

    // then
    has(measures.precision(), spread(rest -> alone(rest).precision().value()), 1e-6);
    has(measures.recall(), spread(rest -> alone(rest).recall().value()), 1e-6);
    has(measures.density(), spread(rest -> alone(rest).density().value()), 1e-6);
    has(measures.coverage(), spread(rest -> alone(rest).coverage().value()), 1e-6);
    assertThat(alone(samples).recall()).isEqualTo(Measure.of(measures.recall().value()));
  }

  private Prdc alone(RowSet rows) {
    return Prdc.of(rows, heldout, false, ALIVE);
  }

  @Test
  void fewSamplesHaveNone() {
    // given 19 samples
    try (RowSet few = Sets.of(algebra, Sets.only(SAMPLES, D, i -> i < 19), D);
        FrechetDistance distance = new FrechetDistance(heldout)) {

      // when, then
      assertThat(distance.measure(few, ALIVE).spread()).isNull();
      assertThat(KernelDistance.of(few, heldout, ALIVE).spread()).isNull();
      assertThat(Prdc.of(few, heldout, true, ALIVE).recall().spread()).isNull();
    }
  }

  @Test
  void fewerRowsThanNeighboursHaveNoBalls() {
    try (RowSet five = Sets.of(algebra, Sets.only(SAMPLES, D, i -> i < 5), D)) {
      assertThat(Prdc.of(five, heldout, true, ALIVE))
          .isEqualTo(Prdc.of(heldout, five, true, ALIVE))
          .isEqualTo(Prdc.NONE);
    }
  }

  @Test
  void samplesThatAreTheHeldOutRowsAreFullyPreciseAndCovered() {
    // when
    Prdc same = Prdc.of(heldout, heldout, true, ALIVE);

    // then
    assertThat(same.precision().value()).isEqualTo(1);
    assertThat(same.recall().value()).isEqualTo(1);
    assertThat(same.coverage().value()).isEqualTo(1);
    // each ball holds its centre and five neighbours
    assertThat(same.density().value()).isCloseTo(1.2, within(1e-12));
  }
}
