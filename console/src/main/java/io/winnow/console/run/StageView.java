package io.winnow.console.run;

import io.winnow.contracts.event.RunProgress;
import java.time.Instant;

/**
 * Progress of one stage of a run, by its newest event.
 *
 * @param since time of its first event
 */
public record StageView(
    String stage,
    RunProgress.State state,
    long done,
    long total,
    String unit,
    double rate,
    Double etaSeconds,
    String message,
    String address,
    Instant since,
    Instant at) {

  static StageView of(RunProgress p, Instant since) {
    return new StageView(
        p.stage(),
        p.state(),
        p.done(),
        p.total(),
        p.unit(),
        p.rate(),
        p.etaSeconds(),
        p.message(),
        p.address(),
        since,
        p.at());
  }

  /** Whether it has not ended. */
  boolean open() {
    return state == RunProgress.State.RUNNING || state == RunProgress.State.WAITING;
  }
}
