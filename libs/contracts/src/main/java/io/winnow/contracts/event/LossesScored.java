package io.winnow.contracts.event;

import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.Lineage;
import io.winnow.contracts.run.Run;

/**
 * The reference model's loss of every train image, for criteria that rank by loss.
 *
 * @param lineage with the reference
 * @param losses {@code losses/<digest>}
 */
public record LossesScored(Run run, Lineage lineage, ArtifactRef losses) implements LineageEvent {
  public LossesScored {
    Mandatory.field("run", run);
    Mandatory.field("lineage", lineage);
    Mandatory.field("losses", losses);
  }
}
