package io.winnow.contracts.event;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Map;

/**
 * How far a stage has come.
 *
 * @param stage e.g. {@code train}
 * @param state what it is doing
 * @param done units done, from 0
 * @param total units in all, 0 when not known
 * @param unit e.g. {@code images}
 * @param rate units a second of late, 0 when not known
 * @param etaSeconds seconds left, null when not known
 * @param address address of the artifact being made or found, null when not known yet
 * @param message a line for people, may be null
 * @param figures what the job says of itself in numbers, called as its metrics are without {@code
 *     winnow.}, a class's after a slash: {@code training.loss}, {@code class.weight/shirt}; null
 *     for none
 */
public record RunProgress(
    String runId,
    String stage,
    State state,
    long done,
    long total,
    String unit,
    double rate,
    Double etaSeconds,
    String address,
    String message,
    Map<String, Double> figures,
    Instant at)
    implements Event {

  public RunProgress {
    figures = figures == null || figures.isEmpty() ? null : Map.copyOf(figures);
  }

  /** What a stage is doing. */
  public enum State {
    @JsonProperty("running")
    RUNNING,
    /** Waits for Kafka, the store, or another process that makes the same artifact. */
    @JsonProperty("waiting")
    WAITING,
    /** The artifact existed already. */
    @JsonProperty("reused")
    REUSED,
    /** The stage made its artifact. */
    @JsonProperty("succeeded")
    SUCCEEDED
  }
}
