package io.winnow.stage.testing;

import io.winnow.contracts.run.StageRecord;
import io.winnow.stage.api.Checkpoint;
import io.winnow.stage.api.JobContext;
import io.winnow.stage.api.StopException;
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
 * The context of a job without a runner: records what the job reports, and stops it where a test
 * says. Checkpoints are serialized and parsed, as in the store.
 */
public final class FakeJobContext implements JobContext {
  private final ArtifactStore store;
  private final ArtifactDraft draft;
  private final Checkpoint from;
  private final long stopAt;
  private final boolean warned;
  private final List<Checkpoint> checkpoints = new ArrayList<>();
  private final List<Long> progress = new ArrayList<>();
  private final Map<String, Map<String, Double>> gauges = new TreeMap<>();
  private long images;

  private FakeJobContext(
      ArtifactStore store, ArtifactDraft draft, Checkpoint from, long stopAt, boolean warned) {
    this.store = store;
    this.draft = draft;
    this.from = from;
    this.stopAt = stopAt;
    this.warned = warned;
  }

  /** A job that runs to its end. */
  public static FakeJobContext whole() {
    return making(null, null);
  }

  /** A job that runs to its end and makes an artifact. */
  public static FakeJobContext making(ArtifactStore store, ArtifactDraft draft) {
    return new FakeJobContext(store, draft, null, Long.MAX_VALUE, false);
  }

  /** A job that resumes from a checkpoint. */
  public FakeJobContext from(Checkpoint checkpoint) {
    return new FakeJobContext(store, draft, checkpoint, stopAt, warned);
  }

  /** A job that is killed without warning once it reports that much progress. */
  public FakeJobContext dyingAt(long done) {
    return new FakeJobContext(store, draft, from, done, false);
  }

  /**
   * A job that is warned to stop once it has reported that much progress, and ends at the next
   * report.
   */
  public FakeJobContext stoppedAt(long done) {
    return new FakeJobContext(store, draft, from, done, true);
  }

  public List<Checkpoint> checkpoints() {
    return checkpoints;
  }

  public Checkpoint lastCheckpoint() {
    return checkpoints.get(checkpoints.size() - 1);
  }

  /** The units done, in the order of the reports. */
  public List<Long> progress() {
    return progress;
  }

  /**
   * The last values of the gauges, by name and by the tag's value; a single gauge has an empty tag.
   */
  public Map<String, Map<String, Double>> gauges() {
    return gauges;
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
    boolean leaves = warned ? stopping() : done >= stopAt;
    progress.add(done);
    if (leaves) {
      throw new StopException(StopException.Reason.SHUTDOWN);
    }
  }

  @Override
  public void gauge(String name, double value) {
    gauges.put(name, Map.of("", value));
  }

  @Override
  public void gauges(String name, String tag, Supplier<Map<String, Double>> values) {
    gauges.put(name, values.get());
  }

  @Override
  public boolean stopping() {
    return warned && !progress.isEmpty() && progress.get(progress.size() - 1) >= stopAt;
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
