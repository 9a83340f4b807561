package io.winnow.reweight;

import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.event.DatasetReady;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.ReferenceRequested;
import io.winnow.diffusion.References;
import io.winnow.stage.Stage;
import io.winnow.stage.Work;
import io.winnow.storage.artifact.Address;
import io.winnow.storage.artifact.ArtifactStore;
import io.winnow.storage.artifact.Committed;
import io.winnow.storage.dataset.Dataset;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/**
 * Asks for the reference model as soon as the data set is there, so that it is trained while
 * features are made. A run that names a reference has it checked here, long before it is used. The
 * artifact, {@code references/<digest>}, only notes which model that is (attribute {@code
 * reference}).
 */
@ApplicationScoped
public class RequestReferenceStage implements Stage<DatasetReady> {
  private static final String VERSION = "1";

  private record Parameters(String reference) {}

  private final ArtifactStore store;
  private final References references;

  RequestReferenceStage(ArtifactStore store, References references) {
    this.store = store;
    this.references = references;
  }

  @Override
  public String name() {
    return "request-reference";
  }

  @Override
  public boolean ready(DatasetReady event) {
    return References.needed(event.run());
  }

  @Override
  public Address address(DatasetReady event) {
    ArtifactRef dataset = Inputs.require(event.lineage().trainedOn(), "dataset", event.runId());
    if (References.forWeights(event.run()) || References.trained(event.run())) {
      ProxyPlan.of(event.run(), Dataset.open(store, dataset));
    }
    if (!References.trained(event.run())) {
      references.require(event.run(), dataset);
    }
    return Address.of(
        "references",
        name(),
        VERSION,
        new Parameters(References.path(event.run(), dataset)),
        List.of(dataset.digest()));
  }

  @Override
  public void run(DatasetReady event, Work work) {
    work.draft().attribute("reference", References.path(event.run(), event.lineage().trainedOn()));
  }

  @Override
  public List<Event> next(DatasetReady event, Committed artifact) {
    return References.trained(event.run())
        ? List.of(new ReferenceRequested(event.run(), event.lineage()))
        : List.of();
  }

  /** A note, not a step of the run. */
  @Override
  public boolean silent() {
    return true;
  }
}
