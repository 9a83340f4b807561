package io.winnow.store.artifact;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.Causes;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.run.StageRecord;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A committed artifact.
 *
 * @param cost of making it, no matter who made it
 */
public record Artifact(ArtifactRef ref, Manifest manifest, StageRecord.Cost cost) {
  private static final ObjectMapper MAPPER = Json.mapper();

  /** The object of that name; empty if there is none. */
  public Optional<ObjectRef> find(String name) {
    return manifest.entries().stream()
        .filter(e -> e.name().equals(name))
        .map(Manifest.Entry::object)
        .findFirst();
  }

  /**
   * @param name e.g. {@code coreset.safetensors}
   * @throws InvalidInputException no such entry
   */
  public Manifest.Entry entry(String name) {
    return manifest.entries().stream()
        .filter(e -> e.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "artifact " + ref.address() + " has no object " + name,
                    "it has "
                        + manifest.entries().stream()
                            .map(Manifest.Entry::name)
                            .limit(20)
                            .collect(Collectors.joining(", "))));
  }

  /**
   * @throws InvalidInputException no such attribute, or not of that type
   */
  public <T> T attribute(String name, Class<T> type) {
    JsonNode value = manifest.attributes().get(name);
    if (value == null || value.isNull()) {
      throw new InvalidInputException(
          "artifact " + ref.address() + " has no attribute " + name,
          "use one made by a stage that writes it; this one was made by "
              + manifest.stage()
              + " "
              + manifest.version());
    }
    try {
      return MAPPER.treeToValue(value, type);
    } catch (JsonProcessingException e) {
      throw new InvalidInputException(
          "artifact " + ref.address() + ": attribute " + name + ": " + Causes.of(e),
          "use one made by this version of the stage " + manifest.stage(),
          e);
    }
  }
}
