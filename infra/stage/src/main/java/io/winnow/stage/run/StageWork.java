package io.winnow.stage.run;

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
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** One attempt at a job. */
final class StageWork implements Work {
  private static final double NANOS = 1e9;

  private final ArtifactStore store;
  private final ArtifactDraft draft;
  private final Checkpoints checkpoints;
  private final Patience patience;
  private final Progress progress;
  private final Path scratch;
  private final BooleanSupplier stopping;
  private final Supplier<StopException.Reason> stop;
  private final long startNanos = System.nanoTime();
  private final StepRecord.Cost before;
  private Optional<Checkpoint> resumed;
  private long number;
  private double secondsElsewhere;
  private long images;

  StageWork(
      ArtifactStore store,
      ArtifactDraft draft,
      Checkpoints checkpoints,
      Patience patience,
      Progress progress,
      Path scratch,
      BooleanSupplier stopping,
      Supplier<StopException.Reason> stop) {
    this.store = store;
    this.draft = draft;
    this.checkpoints = checkpoints;
    this.patience = patience;
    this.progress = progress;
    this.scratch = scratch;
    this.stopping = stopping;
    this.stop = stop;
    Optional<Checkpoints.Saved> last = checkpoints.last(draft.address().digest(), scratch);
    this.resumed = last.map(Checkpoints.Saved::checkpoint);
    this.number = last.map(Checkpoints.Saved::number).orElse(0L);
    this.before = last.map(Checkpoints.Saved::cost).orElse(new StepRecord.Cost(0, 0));
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
    return resumed;
  }

  @Override
  public void checkpoint(long position, Map<String, Tensor> tensors) {
    Checkpoint state = new Checkpoint(position, tensors);
    number++;
    // its tensors are as large as the job's whole state
    resumed = Optional.empty();
    try {
      patience.call(
          "keep a checkpoint",
          () -> {
            checkpoints.save(draft.address().digest(), number, state, spent(), scratch);
            return true;
          },
          fault -> progress.waiting("waiting to keep a checkpoint: " + fault.getMessage()));
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("Cannot keep a checkpoint", e);
    }
  }

  @Override
  public void progress(long done, long total, String unit, String message) {
    progress.running(done, total, unit, message);
    StopException.Reason reason = stop.get();
    if (reason == null && stopping.getAsBoolean()) {
      reason = StopException.Reason.SHUTDOWN;
    }
    if (reason != null) {
      throw new StopException(reason);
    }
  }

  @Override
  public boolean stopping() {
    return stopping.getAsBoolean();
  }

  @Override
  public void cost(StepRecord.Cost more) {
    secondsElsewhere += more.seconds();
    images += more.images();
  }

  @Override
  public Path scratch() {
    return scratch;
  }

  /**
   * What the artifact has cost so far, attempts before this one included up to their checkpoint.
   */
  StepRecord.Cost spent() {
    double here = (System.nanoTime() - startNanos) / NANOS;
    return new StepRecord.Cost(
        before.seconds() + here + secondsElsewhere, before.images() + images);
  }

  /** Images of this attempt alone. */
  long images() {
    return images;
  }
}
