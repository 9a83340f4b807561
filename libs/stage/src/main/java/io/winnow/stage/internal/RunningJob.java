package io.winnow.stage.internal;

import io.winnow.contracts.run.StageRecord;
import io.winnow.stage.api.Checkpoint;
import io.winnow.stage.api.JobContext;
import io.winnow.stage.api.StopException;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The context of one attempt. */
final class RunningJob implements JobContext {
  private static final double NANOS = 1e9;

  private final ArtifactStore store;
  private final ArtifactDraft draft;
  private final CheckpointWriter checkpoints;
  private final Progress progress;
  private final JobMetrics metrics;
  private final Path scratch;
  private final BooleanSupplier stopping;
  private final BooleanSupplier turnOver;
  private final Supplier<StopException.Reason> stop;
  private final long startNanos = System.nanoTime();
  private final StageRecord.Cost before;
  private Optional<Checkpoint> resumed;
  private double secondsElsewhere;
  private long images;
  // a job without checkpoints never asks, and never yields
  private boolean toldToYield;
  private boolean savedToYield;

  RunningJob(
      ArtifactStore store,
      ArtifactDraft draft,
      Optional<Checkpoints.Saved> last,
      CheckpointWriter checkpoints,
      Progress progress,
      JobMetrics metrics,
      Path scratch,
      BooleanSupplier stopping,
      BooleanSupplier turnOver,
      Supplier<StopException.Reason> stop) {
    this.store = store;
    this.draft = draft;
    this.checkpoints = checkpoints;
    this.progress = progress;
    this.metrics = metrics;
    this.scratch = scratch;
    this.stopping = stopping;
    this.turnOver = turnOver;
    this.stop = stop;
    this.resumed = last.map(Checkpoints.Saved::checkpoint);
    this.before = last.map(Checkpoints.Saved::cost).orElse(new StageRecord.Cost(0, 0));
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
  public void checkpoint(Supplier<Checkpoint> state) {
    // its tensors are as large as the job's whole state
    resumed = Optional.empty();
    checkpoints.hand(state, this::spent);
    savedToYield = toldToYield;
  }

  @Override
  public void progress(long done, long total, String unit, String message) {
    progress.running(done, total, unit, message);
    metrics.progress(done, total);
    StopException.Reason reason = stop.get();
    if (reason == null && stopping.getAsBoolean()) {
      reason = StopException.Reason.SHUTDOWN;
    }
    if (reason == null && savedToYield) {
      reason = StopException.Reason.YIELDED;
    }
    if (reason != null) {
      throw new StopException(reason);
    }
    checkpoints.check();
  }

  @Override
  public void gauge(String name, double value) {
    metrics.put(name, value);
    progress.figures(name, () -> Map.of(name, value));
  }

  @Override
  public void gauges(String name, String tag, Supplier<Map<String, Double>> values) {
    metrics.put(name, tag, values);
    progress.figures(name, () -> named(name, values.get()));
  }

  private static Map<String, Double> named(String name, Map<String, Double> values) {
    return values.entrySet().stream()
        .limit(StageMetrics.MOST_ROWS)
        .collect(Collectors.toMap(value -> name + "/" + value.getKey(), Map.Entry::getValue));
  }

  @Override
  public boolean stopping() {
    toldToYield = toldToYield || turnOver.getAsBoolean();
    return toldToYield || stopping.getAsBoolean();
  }

  @Override
  public void cost(StageRecord.Cost more) {
    secondsElsewhere += more.seconds();
    images += more.images();
  }

  @Override
  public Path scratch() {
    return scratch;
  }

  /** Ends the writing of checkpoints; see {@link CheckpointWriter#end}. */
  Optional<Throwable> end(boolean wanted) {
    metrics.show();
    return checkpoints.end(wanted);
  }

  /** The cost of the artifact so far; that of earlier attempts counts up to the checkpoint. */
  StageRecord.Cost spent() {
    double here = (System.nanoTime() - startNanos) / NANOS;
    return new StageRecord.Cost(
        before.seconds() + here + secondsElsewhere, before.images() + images);
  }

  /** Images of this attempt only. */
  long images() {
    return images;
  }
}
