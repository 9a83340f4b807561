package io.winnow.contracts.run;

import io.winnow.contracts.ArtifactRef;
import java.time.Instant;

/**
 * What one stage did for one run, stored at {@code runs/<run id>/stages/<stage>.json}.
 *
 * @param stage e.g. {@code select}
 * @param artifact the artifact that it made or reused
 * @param reused whether the artifact existed already
 * @param cost the cost of making it, by whichever run
 * @param finishedAt when the stage ended for this run
 */
public record StageRecord(
    String stage, ArtifactRef artifact, boolean reused, Cost cost, Instant finishedAt) {

  /**
   * The cost of an artifact, stored beside it at {@code <address>/cost.json}.
   *
   * @param seconds wall-clock seconds of work without interruptions
   * @param images images that went through a network (an image seen twice counts twice)
   */
  public record Cost(double seconds, long images) {}
}
