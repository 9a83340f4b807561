package io.winnow.models.requirement;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.contracts.spec.RunSpec;
import io.winnow.datasets.ImageShape;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RunCostTest {
  private static final ImageShape COLOUR = new ImageShape(3, 32, 32);

  private static RunCost cost(String settings) {
    String json = "{\"dataset\": {\"source\": \"d\"}" + settings + "}";
    return new RunCost(RunSpec.parse(json.getBytes(StandardCharsets.UTF_8), "spec"));
  }

  @Test
  void growsWithTheImagesAndTheNetwork() {
    RunCost small =
        cost(", \"model\": {\"preset\": \"ddpm-tiny\"}, \"training\": {\"images\": 1000}");
    RunCost longer =
        cost(", \"model\": {\"preset\": \"ddpm-tiny\"}, \"training\": {\"images\": 3000}");
    RunCost larger =
        cost(", \"model\": {\"preset\": \"ddpm-cifar10\"}, \"training\": {\"images\": 1000}");

    assertThat(longer.model(COLOUR, 10)).isEqualTo(3 * small.model(COLOUR, 10));
    assertThat(larger.model(COLOUR, 10)).isGreaterThan(2 * small.model(COLOUR, 10));
    assertThat(small.model(new ImageShape(3, 64, 64), 10))
        .isGreaterThan(2 * small.model(COLOUR, 10));
  }

  @Test
  void countsWhatEachTrainingSees() {
    RunCost cost =
        cost(
            ", \"surrogate\": {\"images\": 500}, \"selection\": {\"lossDraws\": 4},"
                + " \"reweight\": {\"referenceImages\": 2000, \"proxyImages\": 4000}");

    // proxy and reference have the same architecture by default
    assertThat(cost.proxy(COLOUR, 10)).isEqualTo(2 * cost.reference(COLOUR, 10));
    assertThat(cost.surrogate(COLOUR)).isEqualTo(500 * 3072);
    assertThat(cost.losses(COLOUR, 100)).isEqualTo(100 * 4 * 3072);
    assertThat(cost(", \"surrogate\": {\"source\": \"s.pt\"}").surrogate(COLOUR)).isZero();
  }
}
