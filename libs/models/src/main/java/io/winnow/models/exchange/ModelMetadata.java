package io.winnow.models.exchange;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.winnow.contracts.Causes;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.models.ModelFile;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A model's configuration in the metadata of a safetensors file: each field of {@link ModelFile} as
 * a string of JSON. Other keys may lie beside them.
 */
final class ModelMetadata {
  private static final ObjectMapper MAPPER = Json.mapper();
  private static final List<String> FIELDS =
      Arrays.stream(ModelFile.class.getRecordComponents()).map(RecordComponent::getName).toList();

  private ModelMetadata() {}

  static Map<String, String> of(ModelFile model) {
    Map<String, String> metadata = new TreeMap<>();
    MAPPER
        .valueToTree(model)
        .fields()
        .forEachRemaining(
            field ->
                metadata.put(
                    field.getKey(),
                    new String(Json.bytes(field.getValue()), StandardCharsets.UTF_8)));
    return metadata;
  }

  /**
   * @param what names the file in errors
   * @return empty unless some field is there
   * @throws InvalidInputException the fields do not make a model's configuration
   */
  static Optional<ModelFile> read(Map<String, String> metadata, String what) {
    ObjectNode tree = MAPPER.createObjectNode();
    for (String field : FIELDS) {
      if (metadata.containsKey(field)) {
        tree.set(field, value(field, metadata.get(field), what));
      }
    }
    String named = "the metadata of " + what;
    return tree.isEmpty()
        ? Optional.empty()
        : Optional.of(Json.parse(Json.bytes(tree), ModelFile.class, named));
  }

  private static JsonNode value(String field, String json, String what) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new InvalidInputException(
          "the metadata of " + what + ": \"" + field + "\" is not JSON: " + Causes.of(e),
          "name the model's configuration yourself with --model, or export the file again",
          e);
    }
  }
}
