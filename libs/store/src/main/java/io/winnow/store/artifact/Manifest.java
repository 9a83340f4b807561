package io.winnow.store.artifact;

import com.fasterxml.jackson.databind.JsonNode;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.ObjectRef;
import java.util.List;
import java.util.Map;

/**
 * The manifest commits an artifact: without it, the artifact does not exist. It contains nothing
 * that differs between two attempts at the same artifact (no times), so its bytes are equal too.
 *
 * @param digest the address's digest
 * @param stage the stage that makes it, e.g. {@code select}
 * @param version the stage's version
 * @param parameters what the stage was told
 * @param inputs digests of the artifacts it was made from
 * @param entries its objects, sorted by name
 * @param attributes facts readers need, e.g. {@code classes}, {@code dimension}, {@code counts}
 */
public record Manifest(
    String digest,
    String stage,
    String version,
    JsonNode parameters,
    List<String> inputs,
    List<Entry> entries,
    Map<String, JsonNode> attributes) {

  /**
   * One object.
   *
   * @param name name below the address, e.g. {@code shard-000000.safetensors}
   * @param object where it lies and what it must be
   * @param split {@code train}, {@code heldout} … for shards, else null
   */
  public record Entry(String name, ObjectRef object, String split) {
    public Entry {
      require(name, "an entry's name");
      require(object, "the object of entry " + name);
    }
  }

  public Manifest {
    require(digest, "digest");
    require(stage, "stage");
    require(inputs, "inputs");
    require(entries, "entries");
    require(attributes, "attributes");
    inputs = List.copyOf(inputs);
    entries = List.copyOf(entries);
    attributes = Map.copyOf(attributes);
  }

  private static void require(Object value, String name) {
    if (value == null) {
      throw new InvalidInputException(
          "a manifest lacks " + name, "remove the artifact, and have it made again");
    }
  }
}
