package io.winnow.models.architecture;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.jsontype.TypeDeserializer;
import io.winnow.contracts.InvalidInputException;
import io.winnow.models.denoiser.Architecture;
import java.io.IOException;

/** Reads an architecture by its {@code type}, which the registry knows. */
final class ArchitectureReader extends JsonDeserializer<Architecture> {
  @Override
  public Architecture deserialize(JsonParser parser, DeserializationContext context)
      throws IOException {
    JsonNode tree = context.readTree(parser);
    String type = tree.path("type").asText(null);
    if (type == null) {
      throw new InvalidInputException(
          "the model's architecture has no type", "take the file as Winnow wrote it");
    }
    return context.readTreeAsValue(tree, Architectures.type(type).settings());
  }

  @Override
  public Object deserializeWithType(
      JsonParser parser, DeserializationContext context, TypeDeserializer deserializer)
      throws IOException {
    return deserialize(parser, context);
  }
}
