package io.winnow.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.winnow.contracts.run.Memorisation;
import io.winnow.metrics.testing.Sets;
import io.winnow.torch.algebra.Algebra;
import io.winnow.torch.algebra.RowSet;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class QualityGoldenTest {
  private static final Runnable ALIVE = () -> {};

  private final Torch torch = Torch.start(new TorchSettings(1, "cpu"));
  private final Algebra algebra = new Algebra(torch);

  record Golden(
      String name,
      int dimension,
      float[] samples,
      float[] heldout,
      float[] trained,
      Map<String, Double> figures) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Golden> golden() throws IOException {
    try (InputStream in = QualityGoldenTest.class.getResourceAsStream("/golden/quality.json")) {
      return List.of(new ObjectMapper().readValue(in, Golden[].class));
    }
  }

  @AfterEach
  void close() {
    torch.close();
  }

  @ParameterizedTest
  @MethodSource("golden")
  void agreesWithNumpyAndScipy(Golden g) {
    // given
    int d = g.dimension();
    try (RowSet samples = Sets.of(algebra, g.samples(), d);
        RowSet heldout = Sets.of(algebra, g.heldout(), d);
        RowSet trained = Sets.of(algebra, g.trained(), d);
        FrechetDistance distance = new FrechetDistance(heldout)) {

      // when
      Prdc neighbours = Prdc.of(samples, heldout, true, ALIVE);
      Memorisation memorisation =
          MemorisationCheck.of(
              samples.nearest(trained, 1, ALIVE).squares(),
              heldout.nearest(trained, 1, ALIVE).squares(),
              trained.rows());

      // then
      agrees(g, "frechet", distance.measure(samples, ALIVE).value());
      agrees(g, "kid", KernelDistance.of(samples, heldout, ALIVE).value());
      agrees(g, "precision", neighbours.precision().value());
      agrees(g, "recall", neighbours.recall().value());
      agrees(g, "density", neighbours.density().value());
      agrees(g, "coverage", neighbours.coverage().value());
      agrees(g, "share", memorisation.share().value());
      agrees(g, "expected", memorisation.expected());
      agrees(g, "distanceRatio", memorisation.distanceRatio());
    }
  }

  private static void agrees(Golden g, String figure, double ours) {
    double theirs = g.figures().get(figure);
    assertThat(ours).as(figure).isCloseTo(theirs, within(1e-9 * Math.max(1, Math.abs(theirs))));
  }
}
