package io.winnow.stage;

import io.winnow.contracts.event.Event;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.Committed;
import java.util.List;

/** A stage's work alone: nothing is waited for before it, noted of it, or said after it. */
record AskedStage<E extends Event>(Stage<E> of) implements Stage<E> {

  @Override
  public String name() {
    return of.name();
  }

  @Override
  public Address address(E event) {
    return of.address(event);
  }

  @Override
  public void run(E event, Work work) throws Exception {
    of.run(event, work);
  }

  @Override
  public List<Event> next(E event, Committed artifact) {
    return List.of();
  }

  @Override
  public boolean silent() {
    return true;
  }
}
