package io.winnow.stage.api;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.event.Event;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.reactive.messaging.Message;

/**
 * Runs stages: the one way a service does a long job for an event. For each message, on the calling
 * thread, it
 *
 * <ol>
 *   <li>decodes the event; a message that cannot be decoded goes to the dead-letter queue with the
 *       cause
 *   <li>acknowledges and does nothing if the run was cancelled or has failed
 *   <li>calls {@link Stage#ready} and {@link Stage#address}
 *   <li>reuses the artifact if it exists; otherwise takes the lease, calls {@link Stage#run} with
 *       the last checkpoint, and commits
 *   <li>records the stage, publishes {@link Stage#next}, and acknowledges
 * </ol>
 *
 * A transient fault (Kafka or the store is unavailable) is waited for, however long it lasts, and
 * never fails a run. Any other fault does: the runner publishes run.failed, writes {@code
 * runs/<id>/failed.json}, and sends the message to the dead-letter queue. When the process is told
 * to stop, the message is neither acknowledged nor rejected, so Kafka delivers it again.
 *
 * <p>No method throws, and no returned stage completes exceptionally: either would end the channel.
 * A returned stage completes when the message is settled, and never if the process stops first.
 */
public interface StageRunner {

  /**
   * Runs a stage that one event starts.
   *
   * @param type the event type of the channel
   */
  <E extends Event> CompletionStage<Void> handle(
      Stage<E> stage, Class<E> type, Message<byte[]> message);

  /** Handles the event of a join that carries the stage's input. */
  <I extends Event, S extends Event> CompletionStage<Void> handleInput(
      Join<I, S> join, Message<byte[]> message);

  /** Handles the event of a join that the stage may have to wait for. */
  <I extends Event, S extends Event> CompletionStage<Void> handleSignal(
      Join<I, S> join, Message<byte[]> message);

  /**
   * Makes the artifact of an event on demand, outside any run: on the calling thread, without a
   * message, and whatever {@link Stage#ready} returns. It records nothing for a run and does not
   * publish {@link Stage#next}. A fault ends the job but fails no run. If the process is told to
   * stop, nobody resumes the job.
   *
   * @return why the artifact was not made; empty if it exists now
   */
  <E extends Event> Optional<InvalidInputException> runNow(Stage<E> stage, E event);
}
