package io.winnow.store.artifact;

import com.fasterxml.jackson.databind.JsonNode;
import io.winnow.store.object.CanonicalJson;
import io.winnow.store.object.Digests;
import java.util.List;
import java.util.Map;

/**
 * The address of an artifact, derived from how it is made: identical work has one address.
 *
 * @param path key prefix, e.g. {@code features/<digest>}
 * @param digest sha-256 of the canonical JSON of {stage, version, parameters, inputs}
 * @param stage the stage that makes it, e.g. {@code select}
 * @param version the stage's version, increased when its result changes
 * @param parameters everything else that decides the result, including the seed
 * @param inputs digests of the artifacts it is made from, in the stage's order
 */
public record Address(
    String path,
    String digest,
    String stage,
    String version,
    JsonNode parameters,
    List<String> inputs) {

  public Address {
    inputs = List.copyOf(inputs);
  }

  /**
   * The address {@code prefix/<digest>}.
   *
   * @param parameters a record or map
   */
  public static Address of(
      String prefix, String stage, String version, Object parameters, List<String> inputs) {
    JsonNode tree = CanonicalJson.tree(parameters);
    String digest = digest(stage, version, tree, inputs);
    return new Address(prefix + "/" + digest, digest, stage, version, tree, inputs);
  }

  /** An artifact below this one, at {@code <this path>/<name>}, with a digest of its own. */
  public Address part(
      String name, String stage, String version, Object parameters, List<String> inputs) {
    JsonNode tree = CanonicalJson.tree(parameters);
    String digest = digest(stage, version, tree, inputs);
    return new Address(path + "/" + name, digest, stage, version, tree, inputs);
  }

  private static String digest(
      String stage, String version, JsonNode parameters, List<String> inputs) {
    return Digests.of(
        Map.of("stage", stage, "version", version, "parameters", parameters, "inputs", inputs));
  }
}
