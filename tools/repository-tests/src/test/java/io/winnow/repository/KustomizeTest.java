package io.winnow.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares the renderer of these tests with kubectl, where it is installed. */
class KustomizeTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @ParameterizedTest
  @ValueSource(strings = {"local", "production", "gpu"})
  void rendersAsKubectlDoes(String overlay) throws Exception {
    // given
    Path folder = Repository.root().resolve("infra/kubernetes/overlays").resolve(overlay);
    String real = kubectl(folder);

    // when
    List<ObjectNode> rendered = Kustomize.render(folder);

    // then
    assertThat(byName(rendered)).isEqualTo(byName(Kustomize.documents(real)));
  }

  private static String kubectl(Path folder) throws InterruptedException {
    try {
      Process kubectl =
          new ProcessBuilder("kubectl", "kustomize", folder.toString())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String yaml = new String(kubectl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(kubectl.waitFor()).isZero();
      return yaml;
    } catch (IOException e) {
      assumeTrue(false, "skipped: kubectl is not installed");
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, JsonNode> byName(List<? extends JsonNode> objects) {
    Map<String, JsonNode> sorted = new TreeMap<>();
    for (JsonNode object : objects) {
      // a generated name ends with a hash of the content, wherever it is used
      JsonNode plain = text(object);
      String name = plain.get("kind").asText() + " " + plain.at("/metadata/name").asText();
      assertThat(sorted.put(name, plain)).as(name).isNull();
    }
    return sorted;
  }

  private static JsonNode text(JsonNode node) {
    if (node instanceof ObjectNode object) {
      ObjectNode plain = JSON.createObjectNode();
      object
          .fields()
          .forEachRemaining(
              field -> {
                if (field.getKey().equals("data")
                    && object.path("kind").asText().equals("Secret")) {
                  plain.set("stringData", decoded(field.getValue()));
                } else if (!field.getKey().equals("type")
                    || !object.path("kind").asText().equals("Secret")) {
                  plain.set(field.getKey(), text(field.getValue()));
                }
              });
      return plain;
    }
    if (node instanceof ArrayNode array) {
      List<JsonNode> elements = new ArrayList<>();
      array.forEach(element -> elements.add(text(element)));
      if (!elements.isEmpty() && elements.stream().allMatch(element -> element.has("name"))) {
        elements.sort(
            Comparator.comparing(
                element -> element.get("name").asText() + element.path("mountPath").asText()));
      }
      return JSON.createArrayNode().addAll(elements);
    }
    if (node.isTextual()) {
      return JSON.getNodeFactory()
          .textNode(node.asText().replaceFirst("^(winnow-[a-z]+)-[a-z0-9]{10}$", "$1"));
    }
    return node;
  }

  private static JsonNode decoded(JsonNode data) {
    ObjectNode plain = JSON.createObjectNode();
    data.fields()
        .forEachRemaining(
            field ->
                plain.put(
                    field.getKey(),
                    new String(
                        Base64.getDecoder().decode(field.getValue().asText()),
                        StandardCharsets.UTF_8)));
    return plain;
  }
}
