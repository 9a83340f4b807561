package io.winnow.reweight;

import io.winnow.contracts.event.CoresetSelected;
import io.winnow.contracts.event.Event;
import io.winnow.stage.Stage;
import io.winnow.stage.Work;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.Committed;
import io.winnow.store.artifact.RunFolder;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** {@link Reweighting} when the coreset comes last, or needs no reference. */
@ApplicationScoped
public class AfterCoreset implements Stage<CoresetSelected> {
  static final String PENDING = "coreset-selected";

  private final ArtifactStore store;
  private final Reweighting reweighting;

  AfterCoreset(ArtifactStore store, Reweighting reweighting) {
    this.store = store;
    this.reweighting = reweighting;
  }

  @Override
  public String name() {
    return Reweighting.NAME;
  }

  @Override
  public boolean ready(CoresetSelected event) {
    // The note goes first: whoever trains the reference commits it and then says so, so either the
    // reference is seen here or the note is seen by AfterReference.
    new RunFolder(store.objects(), event.runId()).pending(PENDING, event);
    return reweighting.ready(event.run(), event.lineage());
  }

  @Override
  public Address address(CoresetSelected event) {
    return reweighting.address(event.run(), event.lineage());
  }

  @Override
  public void run(CoresetSelected event, Work work) {
    reweighting.run(event.run(), event.lineage(), work);
  }

  @Override
  public List<Event> next(CoresetSelected event, Committed artifact) {
    return reweighting.next(event.run(), event.lineage(), artifact);
  }
}
