package io.winnow.reweight;

import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.StageNames;
import io.winnow.contracts.event.DatasetReady;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.ReferenceRequested;
import io.winnow.contracts.run.Run;
import io.winnow.datasets.Dataset;
import io.winnow.models.References;
import io.winnow.models.requirement.RunMemory;
import io.winnow.stage.api.JobContext;
import io.winnow.stage.api.Stage;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.torch.engine.MemoryLimits;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/**
 * Requests the reference model as soon as the data set exists, so that it is trained while features
 * are encoded. Validates the run's proxy settings and its named reference here, long before they
 * are used. The artifact, {@code references/<digest>}, only records which model the reference is
 * (attribute {@code reference}; {@code none} if none is needed).
 */
@ApplicationScoped
public class RequestReferenceStage implements Stage<DatasetReady> {
  private static final String VERSION = "1";
  private static final String NONE = "none";

  private record Parameters(String reference) {}

  private final ArtifactStore store;
  private final References references;
  private final MemoryLimits limits;

  RequestReferenceStage(ArtifactStore store, References references, MemoryLimits limits) {
    this.limits = limits;
    this.store = store;
    this.references = references;
  }

  @Override
  public String name() {
    return StageNames.REQUEST_REFERENCE;
  }

  @Override
  public boolean ready(DatasetReady event) {
    return References.needed(event.run()) || event.run().spec().reweight().trainsProxy();
  }

  @Override
  public Address address(DatasetReady event) {
    Run run = event.run();
    ArtifactRef ref = event.lineage().trainedOn();
    Dataset dataset = Dataset.open(store, ref);
    if (run.spec().reweight().trainsProxy()) {
      ProxyPlan.of(run, dataset);
      new RunMemory(run.spec(), limits).requireProxy(dataset.shape(), dataset.classes().size());
    }
    if (References.trained(run)) {
      ProxyPlan.requireReference(run, dataset);
    } else if (References.needed(run)) {
      references.require(run, ref);
    }
    return Address.of(
        "references", name(), VERSION, new Parameters(reference(run, ref)), List.of(ref.digest()));
  }

  @Override
  public void run(DatasetReady event, JobContext work) {
    work.draft().attribute("reference", reference(event.run(), event.lineage().trainedOn()));
  }

  private String reference(Run run, ArtifactRef dataset) {
    return References.needed(run) ? references.path(run, dataset) : NONE;
  }

  @Override
  public List<Event> next(DatasetReady event, Artifact artifact) {
    return References.trained(event.run())
        ? List.of(new ReferenceRequested(event.run(), event.lineage()))
        : List.of();
  }

  /** Not a stage that users see. */
  @Override
  public boolean silent() {
    return true;
  }
}
