package io.winnow.contracts;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * The artifacts that a run has made or reused so far. In JSON an object with a field for each.
 *
 * @param artifacts those that it has come to
 */
public record Lineage(@JsonValue Map<LineageKey, ArtifactRef> artifacts) {

  public Lineage {
    Map<LineageKey, ArtifactRef> known = new EnumMap<>(LineageKey.class);
    artifacts.forEach(
        (key, artifact) -> {
          if (artifact != null) {
            known.put(key, artifact);
          }
        });
    artifacts = Collections.unmodifiableMap(known);
  }

  // a later version may have further artifacts
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static Lineage read(Map<String, ArtifactRef> artifacts) {
    Map<LineageKey, ArtifactRef> known = new EnumMap<>(LineageKey.class);
    for (LineageKey key : LineageKey.values()) {
      if (artifacts.get(key.toString()) != null) {
        known.put(key, artifacts.get(key.toString()));
      }
    }
    return new Lineage(known);
  }

  /**
   * The lineage of a run that has a data set.
   *
   * @param dataset null for a run that has nothing yet
   */
  public static Lineage of(ArtifactRef dataset) {
    return new Lineage(Map.of()).with(LineageKey.DATASET, dataset);
  }

  /** An artifact, or null where the run has not come to it. */
  public ArtifactRef get(LineageKey key) {
    return artifacts.get(key);
  }

  /**
   * An artifact that the run must have come to.
   *
   * @throws InvalidInputException it has not
   */
  public ArtifactRef require(LineageKey key) {
    ArtifactRef artifact = get(key);
    if (artifact == null) {
      throw new InvalidInputException(
          "the event names no " + key, "publish it with \"lineage." + key + "\"");
    }
    return artifact;
  }

  /**
   * A copy with one more artifact.
   *
   * @param artifact replaces that of the key; null removes it
   */
  public Lineage with(LineageKey key, ArtifactRef artifact) {
    Map<LineageKey, ArtifactRef> more = new EnumMap<>(LineageKey.class);
    more.putAll(artifacts);
    more.put(key, artifact);
    return new Lineage(more);
  }

  /**
   * The data set that diffusion models of this run are trained on and compared by: the latents
   * where it has any, else the images. Features, selection and evaluation always use the images.
   *
   * @throws InvalidInputException it has neither
   */
  public ArtifactRef trainedOn() {
    return artifacts.containsKey(LineageKey.LATENTS)
        ? get(LineageKey.LATENTS)
        : require(LineageKey.DATASET);
  }
}
