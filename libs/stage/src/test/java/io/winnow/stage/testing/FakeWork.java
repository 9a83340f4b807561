package io.winnow.stage.testing;

import io.winnow.contracts.run.StageRecord;
import io.winnow.stage.Checkpoint;
import io.winnow.stage.StopException;
import io.winnow.stage.Work;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.tensor.SafeTensors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * A job without a runner: keeps what the job says, and stops it where a test wants. Checkpoints go
 * through their bytes, as they do in the store.
 */
public final class FakeWork implements Work {
  private final ArtifactStore store;
  private final ArtifactDraft draft;
  private final Checkpoint from;
  private final long stopAt;
  private final boolean told;
  private final List<Checkpoint> checkpoints = new ArrayList<>();
  private final List<Long> progress = new ArrayList<>();
  private final Map<String, Map<String, Double>> figures = new TreeMap<>();
  private long images;

  private FakeWork(
      ArtifactStore store, ArtifactDraft draft, Checkpoint from, long stopAt, boolean told) {
    this.store = store;
    this.draft = draft;
    this.from = from;
    this.stopAt = stopAt;
    this.told = told;
  }

  /** A job that runs to its end. */
  public static FakeWork whole() {
    return making(null, null);
  }

  /** The same with an artifact to make. */
  public static FakeWork making(ArtifactStore store, ArtifactDraft draft) {
    return new FakeWork(store, draft, null, Long.MAX_VALUE, false);
  }

  /** The same, going on from a checkpoint. */
  public FakeWork from(Checkpoint checkpoint) {
    return new FakeWork(store, draft, checkpoint, stopAt, told);
  }

  /** Dies when it says that so much is done, without warning. */
  public FakeWork dyingAt(long done) {
    return new FakeWork(store, draft, from, done, false);
  }

  /** Is told to stop once it has said that so much is done, and leaves when it says more. */
  public FakeWork stoppedAt(long done) {
    return new FakeWork(store, draft, from, done, true);
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

  /**
   * The last figures that were shown, by name and by the tag's value; one alone by an empty one.
   */
  public Map<String, Map<String, Double>> figures() {
    return figures;
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
  public void checkpoint(Supplier<Checkpoint> state) {
    Checkpoint made = state.get();
    byte[] bytes = SafeTensors.bytes(made.tensors(), Map.of());
    checkpoints.add(
        new Checkpoint(made.position(), made.counters(), SafeTensors.parse(bytes, "a checkpoint")));
  }

  @Override
  public void progress(long done, long total, String unit, String message) {
    boolean leaves = told ? stopping() : done >= stopAt;
    progress.add(done);
    if (leaves) {
      throw new StopException(StopException.Reason.SHUTDOWN);
    }
  }

  @Override
  public void figure(String name, double value) {
    figures.put(name, Map.of("", value));
  }

  @Override
  public void figures(String name, String tag, Supplier<Map<String, Double>> values) {
    figures.put(name, values.get());
  }

  @Override
  public boolean stopping() {
    return told && !progress.isEmpty() && progress.get(progress.size() - 1) >= stopAt;
  }

  @Override
  public void cost(StageRecord.Cost more) {
    images += more.images();
  }

  @Override
  public Path scratch() {
    throw new UnsupportedOperationException("a job in a test has no scratch directory");
  }
}
