package io.winnow.stage;

import io.winnow.contracts.StepRecord;
import io.winnow.storage.artifact.ArtifactDraft;
import io.winnow.storage.artifact.ArtifactStore;
import io.winnow.storage.tensor.Tensor;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** What a running job has at hand. For the job's own thread only. */
public interface Work {

  /** The artifact being made; the runner commits it when the job returns. */
  ArtifactDraft draft();

  ArtifactStore store();

  /** The last state that an earlier attempt kept, its sha-256 verified; empty for a fresh job. */
  Optional<Checkpoint> checkpoint();

  /**
   * Keeps a state from which a later attempt goes on. It is written wholly or not at all; the last
   * two are kept, and none once the artifact is committed. Waits while the store is away.
   *
   * @param position how far the job is, in the job's own units; at least 0
   * @param tensors everything needed to go on
   */
  void checkpoint(long position, Map<String, Tensor> tensors);

  /**
   * Says how far the job is. Counts as the job's heartbeat, and is published at most once a second
   * or so. Cheap enough to call for every batch.
   *
   * @param done units done, from 0
   * @param total units in all, 0 when not known
   * @param unit e.g. {@code images}
   * @param message a line for people, may be null
   * @throws StopException the job has to leave now; let it pass through
   */
  void progress(long done, long total, String unit, String message);

  /**
   * True once the process was told to stop: write a checkpoint, then call {@link #progress}, which
   * throws.
   */
  boolean stopping();

  /**
   * Adds to what the artifact costs: images that went through a network, and seconds spent
   * elsewhere (on parts that this job collects). The job's own wall-clock seconds are measured by
   * the runner.
   */
  void cost(StepRecord.Cost more);

  /** An empty directory, removed with all in it when the job ends. */
  Path scratch();
}
