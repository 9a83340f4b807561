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

/** What is known of a run from the events seen so far. Not for more than one thread. */
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
   * @param latest its newest event
   * @param since when it was first heard of
   */
  public record StageState(RunProgress latest, Instant since) {
    /** From the first to the newest event. */
    public Duration elapsed() {
      return Duration.between(since, latest.at());
    }
  }

  public RunState(String runId) {
    this.runId = runId;
  }

  /**
   * Takes one more event in.
   *
   * @return whether it said anything new about this run
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

  /** In the order in which they were first heard of. */
  public Collection<StageState> stages() {
    return stages.values();
  }

  /** Empty while the run goes on. */
  public Optional<Outcome> outcome() {
    return Optional.ofNullable(outcome);
  }

  /** Stage, problem and remedy of a failed run; the reason of a cancelled one, where given. */
  public Optional<String> failure() {
    return Optional.ofNullable(failure);
  }
}
