package io.winnow.trainer;

import io.winnow.contracts.StepRecord;
import io.winnow.stage.Checkpoint;
import io.winnow.stage.StopException;
import io.winnow.stage.Work;
import io.winnow.storage.artifact.ArtifactDraft;
import io.winnow.storage.artifact.ArtifactStore;
import io.winnow.storage.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A job without a runner: keeps what the job says, and stops it where a test wants. */
public final class RecordingWork implements Work {
  private final ArtifactStore store;
  private final ArtifactDraft draft;
  private final Checkpoint from;
  private final long stopAt;
  private final boolean asked;
  private final List<Checkpoint> checkpoints = new ArrayList<>();
  private final List<Long> progress = new ArrayList<>();
  private long images;

  private RecordingWork(
      ArtifactStore store, ArtifactDraft draft, Checkpoint from, long stopAt, boolean asked) {
    this.store = store;
    this.draft = draft;
    this.from = from;
    this.stopAt = stopAt;
    this.asked = asked;
  }

  /** A job that runs to its end. */
  public static RecordingWork whole() {
    return new RecordingWork(null, null, null, Long.MAX_VALUE, false);
  }

  /** The same with an artifact to make. */
  public static RecordingWork making(ArtifactStore store, ArtifactDraft draft) {
    return new RecordingWork(store, draft, null, Long.MAX_VALUE, false);
  }

  /** The same, going on from a checkpoint. */
  public RecordingWork from(Checkpoint checkpoint) {
    return new RecordingWork(store, draft, checkpoint, stopAt, asked);
  }

  /** Dies when it has done so much, without warning. */
  public RecordingWork dyingAt(long done) {
    return new RecordingWork(store, draft, from, done, false);
  }

  /** Is told to stop when it has done so much. */
  public RecordingWork stoppedAt(long done) {
    return new RecordingWork(store, draft, from, done, true);
  }

  public List<Checkpoint> checkpoints() {
    return checkpoints;
  }

  public Checkpoint lastCheckpoint() {
    return checkpoints.get(checkpoints.size() - 1);
  }

  /** What was said to be done, in order. */
  public List<Long> progress() {
    return progress;
  }

  public long images() {
    return images;
  }

  @Override
  public ArtifactDraft draft() {
    return draft;
  }

  @Override
  public ArtifactStore store() {
    return store;
  }

  @Override
  public Optional<Checkpoint> checkpoint() {
    return Optional.ofNullable(from);
  }

  @Override
  public void checkpoint(long position, Map<String, Tensor> tensors) {
    checkpoints.add(new Checkpoint(position, Map.copyOf(tensors)));
  }

  @Override
  public void progress(long done, long total, String unit, String message) {
    progress.add(done);
    if (done >= stopAt) {
      throw new StopException(StopException.Reason.SHUTDOWN);
    }
  }

  @Override
  public boolean stopping() {
    long last = progress.isEmpty() ? 0 : progress.get(progress.size() - 1);
    return asked && last + 1 >= stopAt;
  }

  @Override
  public void cost(StepRecord.Cost more) {
    images += more.images();
  }

  @Override
  public Path scratch() {
    throw new UnsupportedOperationException("trainer jobs need no scratch directory");
  }
}
