package io.winnow.reweight;

import io.winnow.contracts.event.CoresetSelected;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.ReferenceTrained;
import io.winnow.stage.Stage;
import io.winnow.stage.Work;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.Committed;
import io.winnow.store.artifact.RunFolder;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/** {@link Reweighting} when the reference model comes last. */
@ApplicationScoped
public class AfterReference implements Stage<ReferenceTrained> {
  private final ArtifactStore store;
  private final Reweighting reweighting;

  AfterReference(ArtifactStore store, Reweighting reweighting) {
    this.store = store;
    this.reweighting = reweighting;
  }

  @Override
  public String name() {
    return Reweighting.NAME;
  }

  @Override
  public boolean ready(ReferenceTrained event) {
    return coreset(event)
        .filter(selected -> reweighting.ready(selected.run(), selected.lineage()))
        .isPresent();
  }

  @Override
  public Address address(ReferenceTrained event) {
    CoresetSelected selected = coreset(event).orElseThrow();
    return reweighting.address(selected.run(), selected.lineage());
  }

  @Override
  public void run(ReferenceTrained event, Work work) {
    CoresetSelected selected = coreset(event).orElseThrow();
    reweighting.run(selected.run(), selected.lineage(), work);
  }

  @Override
  public List<Event> next(ReferenceTrained event, Committed artifact) {
    CoresetSelected selected = coreset(event).orElseThrow();
    return reweighting.next(selected.run(), selected.lineage(), artifact);
  }

  private Optional<CoresetSelected> coreset(ReferenceTrained event) {
    return new RunFolder(store.objects(), event.runId())
        .pending(AfterCoreset.PENDING, CoresetSelected.class);
  }
}
