package io.winnow.stage;

import io.winnow.contracts.run.StageRecord;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** What a running job has at hand. For the job's own thread only. */
public interface Work {

  /** The artifact being made; the runner commits it when the job returns. */
  ArtifactDraft draft();

  ArtifactStore store();

  /** The last state that an earlier attempt kept, its sha-256 verified; empty for a fresh job. */
  Optional<Checkpoint> checkpoint();

  /**
   * Keeps a state from which a later attempt goes on. Returns as soon as the state is taken over; a
   * thread of its own writes it, wholly or not at all. A state that still waits to be written is
   * given up for this one, before this one is made, so that no more than two are in memory. What
   * was taken over last is written before the attempt ends, unless the job is done or cancelled.
   * The last two and every Nth are kept, and none once the artifact is committed.
   *
   * @param state makes the state, at once and on this thread; its tensors are not written to
   *     afterwards
   * @throws io.winnow.contracts.InvalidInputException or any other fault that befell an earlier
   *     state while it was written, unless it was one that passes
   */
  void checkpoint(Supplier<Checkpoint> state);

  /**
   * Says how far the job is. Counts as the job's heartbeat, and is published at most once a second
   * or so. Cheap enough to call for every batch.
   *
   * @param done units done, from 0
   * @param total units in all, 0 when not known
   * @param unit e.g. {@code images}
   * @param message a line for people, may be null
   * @throws StopException the job has to leave now; let it pass through
   * @throws io.winnow.contracts.InvalidInputException or any other fault that befell a checkpoint
   *     while it was written, unless it was one that passes
   */
  void progress(long done, long total, String unit, String message);

  /**
   * Shows a number as the gauge {@code winnow.<name>} with the tag {@code stage}, at the pace of
   * {@link #progress} and once more at the end. Cheap enough to call for every batch.
   */
  void figure(String name, double value);

  /**
   * The same for several numbers, told apart by a tag.
   *
   * @param values by the tag's value, made when they are shown; the first hundred are
   */
  void figures(String name, String tag, Supplier<Map<String, Double>> values);

  /**
   * True once the process was told to stop: keep a checkpoint, then call {@link #progress}, which
   * throws.
   */
  boolean stopping();

  /**
   * Adds to what the artifact costs: images that went through a network, and seconds spent
   * elsewhere (on parts that this job collects). The job's own wall-clock seconds are measured by
   * the runner.
   */
  void cost(StageRecord.Cost more);

  /** An empty directory, removed with all in it when the job ends. */
  Path scratch();
}
