package io.winnow.stage;

import io.winnow.contracts.event.Event;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.Committed;
import java.util.List;
import java.util.Optional;

/**
 * One long job that answers an event with an artifact. An implementation holds no state of a job:
 * the same event may come again, to this process or another, and must lead to the same address and
 * the same bytes. {@link StageRunner} calls it; see there for the order of calls.
 *
 * @param <E> the event that starts it
 */
public interface Stage<E extends Event> {

  /** The stage's name in progress, metrics, jobs and step records, e.g. {@code select}. */
  String name();

  /**
   * Whether everything that the job needs is there. When false, the message is acknowledged and
   * nothing is done: the event that brings what is missing starts the job.
   */
  default boolean ready(E event) {
    return true;
  }

  /**
   * Where the artifact goes. Checks the input at the door, before anything is computed.
   *
   * @throws io.winnow.contracts.InvalidInputException input that can never succeed; the run fails
   */
  Address address(E event);

  /**
   * Puts the artifact's objects and attributes into {@link Work#draft()}; the runner commits it.
   * Calls {@link Work#progress} often, at least every few seconds.
   *
   * @throws io.winnow.contracts.InvalidInputException input that can never succeed; the run fails
   * @throws io.winnow.store.object.StoreUnavailableException the store is away; the job is called
   *     again later, and continues from its last checkpoint
   * @throws Exception anything else is a fault of the program; the run fails
   */
  void run(E event, Work work) throws Exception;

  /**
   * What to publish once the artifact exists, whoever made it and whenever.
   *
   * @param artifact made now or found
   */
  List<Event> next(E event, Committed artifact);

  /**
   * What people should know of the artifact besides its address; told with it when it is made and
   * when it is reused.
   */
  default Optional<String> remark(Committed artifact) {
    return Optional.empty();
  }

  /**
   * True for parts of a greater work, such as one shard: they leave no line when they are done or
   * reused, and no step record. What {@link Work#progress} says is published all the same.
   */
  default boolean silent() {
    return false;
  }
}
