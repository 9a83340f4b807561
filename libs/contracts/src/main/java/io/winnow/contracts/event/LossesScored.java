package io.winnow.contracts.event;

import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.Lineage;
import io.winnow.contracts.run.Run;

/**
 * The reference model's loss of every train image is there, for criteria that rank by it.
 *
 * @param lineage with the reference
 * @param losses {@code losses/<digest>}
 */
public record LossesScored(Run run, Lineage lineage, ArtifactRef losses) implements Event {
  @Override
  public String runId() {
    return run == null ? null : run.id();
  }
}
