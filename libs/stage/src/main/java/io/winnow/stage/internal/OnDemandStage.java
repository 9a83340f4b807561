package io.winnow.stage.internal;

import io.winnow.contracts.event.Event;
import io.winnow.datasets.ReadListener;
import io.winnow.stage.api.JobContext;
import io.winnow.stage.api.Lane;
import io.winnow.stage.api.Stage;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.Artifact;
import java.util.List;

/** A stage's job alone: it waits for nothing, records nothing for a run, and publishes nothing. */
record OnDemandStage<E extends Event>(Stage<E> of) implements Stage<E> {

  @Override
  public String name() {
    return of.name();
  }

  @Override
  public Address address(E event) {
    return of.address(event);
  }

  @Override
  public Address address(E event, ReadListener reading) {
    return of.address(event, reading);
  }

  @Override
  public Lane lane() {
    return Lane.CALLER;
  }

  @Override
  public void run(E event, JobContext job) throws Exception {
    of.run(event, job);
  }

  @Override
  public List<Event> next(E event, Artifact artifact) {
    return List.of();
  }

  @Override
  public boolean silent() {
    return true;
  }
}
