package io.winnow.repository;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The files in examples/. A test in tools/local decodes and runs them. */
class ExamplesTest {

  @Test
  void theFileForKcatIsTheValueInTheLineForTheConsoleProducer() throws IOException {
    assertThat(Repository.read("examples/run-requested.txt"))
        .endsWith("\t" + Repository.read("examples/run-requested.json"));
  }

  @Test
  void theJobUsesTheImageOfComposeAndTheTopicOfTheCode() throws IOException {
    // given
    JsonNode job = Kustomize.documents(Repository.read("examples/job.yaml")).get(0);

    // then
    assertThat(KubernetesTest.as(Job.class, job)).isNotNull();
    JsonNode container = job.at("/spec/template/spec/containers/0");
    assertThat(Repository.read("docker-compose.yml")).contains(container.get("image").asText());
    assertThat(container.at("/args/0").asText())
        .contains("--topic " + EventType.named("RUN_REQUESTED").topic() + " ");
  }
}
