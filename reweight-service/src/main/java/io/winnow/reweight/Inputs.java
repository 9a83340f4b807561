package io.winnow.reweight;

import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.InvalidInputException;

/** Looks at what events name, at the door. */
final class Inputs {
  private Inputs() {}

  /**
   * @param artifact what the event's lineage names
   * @param name its name there
   * @throws InvalidInputException it names none
   */
  static ArtifactRef require(ArtifactRef artifact, String name, String runId) {
    if (artifact == null) {
      throw new InvalidInputException(
          "an event of run " + runId + " names no " + name, "publish it with lineage." + name);
    }
    return artifact;
  }
}
