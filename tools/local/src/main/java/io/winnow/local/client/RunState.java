package io.winnow.local.client;

import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.ModelEvaluated;
import io.winnow.contracts.event.RunCancel;
import io.winnow.contracts.event.RunFailed;
import io.winnow.contracts.event.RunProgress;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The state of a run according to the events seen so far. Not thread-safe. */
public final class RunState {
  private final String runId;
  private final Map<String, StageState> stages = new LinkedHashMap<>();
  private Outcome outcome;
  private String failure;

  /** How a run ended. */
  public enum Outcome {
    SUCCEEDED,
    FAILED,
    CANCELLED
  }

  /**
   * One stage.
   *
   * @param latest its latest event
   * @param since time of its first event
   */
  public record StageState(RunProgress latest, Instant since) {
    /** From the first to the latest event. */
    public Duration elapsed() {
      return Duration.between(since, latest.at());
    }
  }

  public RunState(String runId) {
    this.runId = runId;
  }

  /**
   * Applies an event.
   *
   * @return whether it changed the state of this run
   */
  public boolean apply(Event event) {
    if (!event.runId().equals(runId) || outcome != null) {
      return false;
    }
    if (event instanceof RunProgress progress) {
      stages.merge(
          progress.stage(),
          new StageState(progress, progress.at()),
          (old, now) -> new StageState(progress, old.since()));
    } else if (event instanceof ModelEvaluated) {
      outcome = Outcome.SUCCEEDED;
    } else if (event instanceof RunFailed failed) {
      outcome = Outcome.FAILED;
      failure = failed.text();
    } else if (event instanceof RunCancel cancel) {
      outcome = Outcome.CANCELLED;
      failure = cancel.reason();
    } else {
      return false;
    }
    return true;
  }

  public String runId() {
    return runId;
  }

  /** In the order of their first events. */
  public Collection<StageState> stages() {
    return stages.values();
  }

  /** Empty while the run has not ended. */
  public Optional<Outcome> outcome() {
    return Optional.ofNullable(outcome);
  }

  /** Stage, problem and remedy of a failed run, or the reason given for a cancellation. */
  public Optional<String> failure() {
    return Optional.ofNullable(failure);
  }
}
