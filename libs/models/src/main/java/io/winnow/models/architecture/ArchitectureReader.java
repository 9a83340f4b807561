package io.winnow.models.architecture;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.jsontype.TypeDeserializer;
import io.winnow.contracts.InvalidInputException;
import io.winnow.models.denoiser.Architecture;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
    Class<? extends Architecture> settings = Architectures.type(type).settings();
    requireKnown(tree, settings);
    return context.readTreeAsValue(tree, settings);
  }

  // a setting that is ignored would be another network
  private static void requireKnown(JsonNode tree, Class<? extends Architecture> settings) {
    Set<String> known =
        Stream.concat(
                Stream.of("type"),
                Arrays.stream(settings.getRecordComponents()).map(RecordComponent::getName))
            .collect(Collectors.toSet());
    tree.fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                throw new InvalidInputException(
                    "the model's architecture has the setting \"" + name + "\", which is not known",
                    "read it with the version of Winnow that wrote it");
              }
            });
  }

  @Override
  public Object deserializeWithType(
      JsonParser parser, DeserializationContext context, TypeDeserializer deserializer)
      throws IOException {
    return deserialize(parser, context);
  }
}
