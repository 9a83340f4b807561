package io.winnow.contracts.run;

import io.winnow.contracts.ArtifactRef;
import java.time.Instant;

/**
 * What one stage did for one run, kept at {@code runs/<run id>/stages/<stage>.json}.
 *
 * @param stage e.g. {@code select}
 * @param artifact what it made or found
 * @param reused true when the artifact was there already
 * @param cost what making it cost, whoever made it
 * @param finishedAt when this run had it
 */
public record StageRecord(
    String stage, ArtifactRef artifact, boolean reused, Cost cost, Instant finishedAt) {

  /**
   * The price of an artifact, kept beside it at {@code <address>/cost.json}.
   *
   * @param seconds wall-clock seconds of work, interruptions left out
   * @param images images that went through a network (an image seen twice counts twice)
   */
  public record Cost(double seconds, long images) {}
}
