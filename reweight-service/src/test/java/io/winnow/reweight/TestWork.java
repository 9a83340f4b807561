package io.winnow.reweight;

import io.winnow.contracts.StepRecord;
import io.winnow.stage.Checkpoint;
import io.winnow.stage.StopException;
import io.winnow.stage.Work;
import io.winnow.storage.artifact.ArtifactDraft;
import io.winnow.storage.artifact.ArtifactStore;
import io.winnow.storage.tensor.SafeTensors;
import io.winnow.storage.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a job has at hand, without a runner: checkpoints go through their bytes, as they do there.
 */
final class TestWork implements Work {
  private final ArtifactStore store;
  private final ArtifactDraft draft;
  private final Checkpoint start;
  private final long stopAt;
  private final List<Long> positions = new ArrayList<>();
  private Checkpoint last;
  private long done;
  private long images;

  /**
   * @param start where the job begins, or null
   * @param stopAt images after which the process is told to stop
   */
  TestWork(ArtifactStore store, ArtifactDraft draft, Checkpoint start, long stopAt) {
    this.store = store;
    this.draft = draft;
    this.start = start;
    this.stopAt = stopAt;
  }

  Checkpoint last() {
    return last;
  }

  /** Positions of all checkpoints. */
  List<Long> positions() {
    return positions;
  }

  long images() {
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
    return Optional.ofNullable(start);
  }

  @Override
  public void checkpoint(long position, Map<String, Tensor> tensors) {
    byte[] bytes = SafeTensors.bytes(tensors, Map.of());
    last = new Checkpoint(position, SafeTensors.parse(bytes, "checkpoint"));
    positions.add(position);
  }

  @Override
  public void progress(long now, long total, String unit, String message) {
    if (stopping()) {
      throw new StopException(StopException.Reason.SHUTDOWN);
    }
    done = now;
  }

  @Override
  public boolean stopping() {
    return done >= stopAt;
  }

  @Override
  public void cost(StepRecord.Cost more) {
    images += more.images();
  }

  @Override
  public Path scratch() {
    throw new UnsupportedOperationException("not needed");
  }
}
