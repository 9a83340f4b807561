package io.winnow.encoder;

import io.winnow.contracts.StepRecord;
import io.winnow.stage.Checkpoint;
import io.winnow.stage.StopException;
import io.winnow.stage.Work;
import io.winnow.storage.artifact.ArtifactDraft;
import io.winnow.storage.artifact.ArtifactStore;
import io.winnow.storage.tensor.Tensor;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A job that keeps its checkpoint in memory and can be told to leave after some images. */
final class FakeWork implements Work {
  private final long stopAt;
  private Checkpoint checkpoint;
  private long done;

  /**
   * @param checkpoint of an earlier attempt, or null
   * @param stopAt images after which the process is told to stop
   */
  FakeWork(Checkpoint checkpoint, long stopAt) {
    this.checkpoint = checkpoint;
    this.stopAt = stopAt;
  }

  Checkpoint kept() {
    return checkpoint;
  }

  @Override
  public Optional<Checkpoint> checkpoint() {
    return Optional.ofNullable(checkpoint);
  }

  @Override
  public void checkpoint(long position, Map<String, Tensor> tensors) {
    checkpoint = new Checkpoint(position, tensors);
  }

  @Override
  public void progress(long images, long total, String unit, String message) {
    if (stopping()) {
      throw new StopException(StopException.Reason.SHUTDOWN);
    }
    done = images;
  }

  @Override
  public boolean stopping() {
    return done >= stopAt;
  }

  @Override
  public void cost(StepRecord.Cost more) {}

  @Override
  public ArtifactDraft draft() {
    throw new UnsupportedOperationException();
  }

  @Override
  public ArtifactStore store() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Path scratch() {
    throw new UnsupportedOperationException();
  }
}
