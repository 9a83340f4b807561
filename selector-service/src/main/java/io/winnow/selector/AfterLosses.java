package io.winnow.selector;

import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.FeaturesReady;
import io.winnow.contracts.event.LossesScored;
import io.winnow.stage.Stage;
import io.winnow.stage.Work;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.Committed;
import io.winnow.store.artifact.RunFolder;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/** {@link SelectStage} when the reference model's losses come after the features. */
@ApplicationScoped
public class AfterLosses implements Stage<LossesScored> {
  private final ArtifactStore store;
  private final SelectStage select;

  AfterLosses(ArtifactStore store, SelectStage select) {
    this.store = store;
    this.select = select;
  }

  @Override
  public String name() {
    return select.name();
  }

  @Override
  public boolean ready(LossesScored event) {
    return features(event).filter(select::ready).isPresent();
  }

  @Override
  public Address address(LossesScored event) {
    return select.address(features(event).orElseThrow());
  }

  @Override
  public void run(LossesScored event, Work work) throws InterruptedException {
    select.run(features(event).orElseThrow(), work);
  }

  @Override
  public List<Event> next(LossesScored event, Committed artifact) {
    return select.next(features(event).orElseThrow(), artifact);
  }

  private Optional<FeaturesReady> features(LossesScored event) {
    return new RunFolder(store.objects(), event.runId())
        .pending(SelectStage.PENDING, FeaturesReady.class);
  }
}
