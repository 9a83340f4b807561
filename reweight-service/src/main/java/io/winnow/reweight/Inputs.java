package io.winnow.reweight;

import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.InvalidInputException;

/** Checks what events name. */
final class Inputs {
  private Inputs() {}

  /**
   * Requires an artifact of an event's lineage.
   *
   * @param artifact null if the lineage has none
   * @param name its name in the lineage
   * @throws InvalidInputException the lineage has none
   */
  static ArtifactRef require(ArtifactRef artifact, String name, String runId) {
    if (artifact == null) {
      throw new InvalidInputException(
          "an event of run " + runId + " has no " + name, "publish it with lineage." + name);
    }
    return artifact;
  }
}
