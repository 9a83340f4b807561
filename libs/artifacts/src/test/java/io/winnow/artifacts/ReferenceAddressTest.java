package io.winnow.artifacts;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.store.artifact.Address;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceAddressTest {

  @Test
  void dependsOnNothingButTheModelItsTrainingAndTheDataSet() {
    // given: another run, at another time, with another ratio, η and main model
    Address address = ReferenceAddress.of(run("a", "\"name\": \"one\""), dataset("d1"));
    Run other =
        run(
            "b",
            "\"selection\": {\"ratio\": 0.5}, \"reweight\": {\"eta\": 3, \"proxyImages\": 1},"
                + " \"training\": {\"images\": 7}, \"model\": {\"preset\": \"ddpm-small\"}");

    // then
    assertThat(ReferenceAddress.of(other, dataset("d1"))).isEqualTo(address);
    assertThat(address.path()).isEqualTo("models/" + address.digest());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"seed\": 5",
        "\"reweight\": {\"model\": {\"channels\": 8}}",
        "\"reweight\": {\"referenceModel\": {\"channels\": 8}}",
        "\"reweight\": {\"referenceImages\": 10}",
        "\"reweight\": {\"batch\": 10}",
        "\"reweight\": {\"learningRate\": 0.5}",
        "\"training\": {\"schedule\": \"cosine\"}",
        "\"training\": {\"classDropoutProb\": 0.5}",
        "\"training\": {\"horizontalFlip\": false}",
        "\"training\": {\"emaDecay\": 0.5}",
        "\"training\": {\"warmupImages\": 1}",
        "\"training\": {\"maxGradNorm\": 7}",
        "\"training\": {\"prediction\": \"v\"}",
        "\"training\": {\"precision\": \"bf16\"}",
        "\"training\": {\"microBatch\": 16}",
        "\"training\": {\"weightDecay\": 0.1}",
        "\"training\": {\"optimiser\": \"adan\"}"
      })
  void differsWithWhateverChangesTheModel(String setting) {
    assertThat(ReferenceAddress.of(run("a", setting), dataset("d1")).digest())
        .isNotEqualTo(ReferenceAddress.of(run("a", "\"seed\": 0"), dataset("d1")).digest());
  }

  @Test
  void doesNotDependOnTheProxyOrTheMethod() {
    // given two runs with one reference's architecture
    String reference = "\"referenceModel\": {\"channels\": 8}";
    Run one = run("a", "\"reweight\": {" + reference + "}");
    Run other =
        run(
            "b",
            "\"reweight\": {\"model\": {\"channels\": 4}, \"method\": \"loss-ratio\","
                + " \"averageAfter\": 0.5, \"maxWeightRatio\": 3, "
                + reference
                + "}");

    // then
    assertThat(ReferenceAddress.of(other, dataset("d1")))
        .isEqualTo(ReferenceAddress.of(one, dataset("d1")));
  }

  @Test
  void differsWithTheDataSet() {
    Run run = run("a", "\"seed\": 0");
    assertThat(ReferenceAddress.of(run, dataset("d1")).digest())
        .isNotEqualTo(ReferenceAddress.of(run, dataset("d2")).digest());
  }

  private static Run run(String id, String settings) {
    String json = "{\"dataset\": {\"source\": \"x\"}, " + settings + "}";
    RunSpec spec = RunSpec.parse(json.getBytes(StandardCharsets.UTF_8), "spec");
    return new Run(id, spec, Instant.EPOCH);
  }

  private static ArtifactRef dataset(String digest) {
    return new ArtifactRef(
        "datasets/x/" + digest, digest, new ObjectRef("datasets/x/manifest.json", "", 1, null));
  }
}
