package io.winnow.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.metrics.testing.Sets;
import io.winnow.torch.algebra.Algebra;
import io.winnow.torch.algebra.RowSet;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PrdcTest {
  private static final Runnable ALIVE = () -> {};

  private final Torch torch = Torch.start(new TorchSettings(1, "cpu"));
  private final Algebra algebra = new Algebra(torch);

  @AfterEach
  void close() {
    torch.close();
  }

  @Test
  void recallAndCoverageAloneAreThoseOfTheWhole() {
    // Given
    try (RowSet x = Sets.of(algebra, Sets.normal(3, 60, 2, 0.5), 2);
        RowSet y = Sets.of(algebra, Sets.normal(4, 50, 2, 0), 2)) {

      // When
      Prdc whole = Prdc.of(x, y, false, ALIVE);

      // Then
      assertThat(Prdc.recall(x, y, ALIVE)).isEqualTo(whole.recall().value());
      assertThat(Prdc.coverage(x, y, ALIVE)).isEqualTo(whole.coverage().value());
    }
  }

  @Test
  void aSingleRowHasABallOfRadiusZero() {
    // Given one x at 1, and two y there and two elsewhere
    try (RowSet x = Sets.of(algebra, new float[] {1}, 1);
        RowSet y = Sets.of(algebra, new float[] {1, 1, 2, 3}, 1)) {

      // Then
      assertThat(Prdc.recall(x, y, ALIVE)).isEqualTo(0.5);
    }
  }

  @Test
  void withFewRowsABallReachesToTheFarthest() {
    // Given three y, whose farthest others are at 4, 3 and 4
    try (RowSet x = Sets.of(algebra, new float[] {9}, 1);
        RowSet y = Sets.of(algebra, new float[] {0, 1, 5}, 1)) {

      // Then x is in the ball of the last alone, on its edge
      assertThat(Prdc.coverage(x, y, ALIVE)).isEqualTo(1.0 / 3);
    }
  }
}
