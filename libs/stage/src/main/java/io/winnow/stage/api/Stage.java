package io.winnow.stage.api;

import io.winnow.contracts.event.Event;
import io.winnow.datasets.ReadListener;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.Artifact;
import java.util.List;
import java.util.Optional;

/**
 * One long job that answers an event with an artifact. An implementation keeps no state between
 * calls: the same event may arrive again, in this process or another, and must lead to the same
 * address and the same bytes. {@link StageRunner} documents the order of calls.
 *
 * @param <E> the event that starts it
 */
public interface Stage<E extends Event> {

  /** The stage's name in progress events, metrics, jobs and stage records, e.g. {@code select}. */
  String name();

  /**
   * Whether everything that the job needs exists. If not, the runner acknowledges the message and
   * does nothing: the event that brings what is missing starts the job (see {@link Join}). Has no
   * side effects.
   */
  default boolean ready(E event) {
    return true;
  }

  /**
   * True if several events of a run ask for the same job, as one event per shard does, and only one
   * of them may be answered. The first one for which the stage is {@link #ready} wins; the choice
   * is recorded in the store, so it holds across processes and redeliveries.
   */
  default boolean oncePerRun() {
    return false;
  }

  /**
   * Where the artifact goes. Validates the input, before anything is computed.
   *
   * @throws io.winnow.contracts.InvalidInputException input that can never succeed; the run fails
   */
  Address address(E event);

  /**
   * Like {@link #address(Event)}; a stage that has to read its input to know the address implements
   * this, too. The job is listed, cancelled and watched by its calls of the listener.
   *
   * @param reading hears of every piece that is read; at least one call every few seconds
   */
  default Address address(E event, ReadListener reading) {
    return address(event);
  }

  /** The jobs with which this one takes turns. */
  default Lane lane() {
    return Lane.LIGHT;
  }

  /**
   * Estimate of the job's whole work, at least 0: of the jobs that wait in a lane, the cheapest
   * goes first. Only compared within a lane of a service, so its unit does not matter; images ×
   * numbers that the network computes for an image, for example. Must be quick. Called after {@link
   * #address}, except in the lane {@link Lane#READING}.
   */
  default double cost(E event) {
    return 0;
  }

  /**
   * Puts the artifact's objects and attributes into {@link JobContext#draft()}; the runner commits
   * it. Calls {@link JobContext#progress} at least every few seconds.
   *
   * @throws io.winnow.contracts.InvalidInputException input that can never succeed; the run fails
   * @throws io.winnow.store.object.StoreUnavailableException the store is unavailable; the runner
   *     calls the job again later, with its last checkpoint
   * @throws Exception anything else is a bug; the run fails
   */
  void run(E event, JobContext job) throws Exception;

  /**
   * The events to publish once the artifact exists, no matter who made it or when.
   *
   * @param artifact made by this job, or reused
   */
  List<Event> next(E event, Artifact artifact);

  /**
   * What a person should know about the artifact besides its address; part of the progress message
   * when the artifact is made and when it is reused.
   */
  default Optional<String> remark(Artifact artifact) {
    return Optional.empty();
  }

  /**
   * True for a part of a larger job, such as one shard: it gets neither a final progress event nor
   * a stage record. {@link JobContext#progress} is published all the same.
   */
  default boolean silent() {
    return false;
  }
}
