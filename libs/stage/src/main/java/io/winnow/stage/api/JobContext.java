package io.winnow.stage.api;

import io.winnow.contracts.run.StageRecord;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** What a running job uses. Only for the job's own thread. */
public interface JobContext {

  /** The artifact being made; the runner commits it when the job returns. */
  ArtifactDraft draft();

  ArtifactStore store();

  /** The last state that an earlier attempt saved, its sha-256 verified; empty for a new job. */
  Optional<Checkpoint> checkpoint();

  /**
   * Saves a state from which a later attempt resumes. Returns as soon as the state is handed over;
   * another thread writes it, completely or not at all. A state that is still waiting to be written
   * is dropped before this one is made, so at most two are in memory. The state handed over last is
   * written before the attempt ends, unless the job has succeeded or was cancelled. The last two
   * checkpoints and every Nth are kept until the artifact is committed.
   *
   * @param state makes the state, immediately and on this thread; its tensors are not modified
   *     afterwards
   * @throws io.winnow.contracts.InvalidInputException (or any other non-transient fault) an earlier
   *     state could not be written
   */
  void checkpoint(Supplier<Checkpoint> state);

  /**
   * Reports progress. It is the job's heartbeat, and is published about once a second at most.
   * Cheap enough to call for every batch.
   *
   * @param done units done, at least 0
   * @param total units in total, 0 if unknown
   * @param unit e.g. {@code images}
   * @param message for people, may be null
   * @throws StopException the job has to end now; do not catch it
   * @throws io.winnow.contracts.InvalidInputException (or any other non-transient fault) a
   *     checkpoint could not be written
   */
  void progress(long done, long total, String unit, String message);

  /**
   * Sets the gauge {@code winnow.<name>} with the tag {@code stage}. It is updated at the pace of
   * {@link #progress} and once more at the end. Cheap enough to call for every batch.
   */
  void gauge(String name, double value);

  /**
   * Sets several gauges of one name that differ by a tag.
   *
   * @param values by the tag's value, computed when they are shown; only the first hundred are
   */
  void gauges(String name, String tag, Supplier<Map<String, Double>> values);

  /**
   * True once the process was told to stop, or the job's turn is over: save a checkpoint, then call
   * {@link #progress}, which throws.
   */
  boolean stopping();

  /**
   * Adds to the cost of the artifact: images that went through a network, and seconds spent by
   * other jobs (on parts that this job collects). The runner measures the job's own wall-clock
   * seconds.
   */
  void cost(StageRecord.Cost more);

  /** An empty directory, removed with its content when the job ends. */
  Path scratch();
}
