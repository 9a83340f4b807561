package io.winnow.contracts.event;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Map;

/**
 * Progress of a stage.
 *
 * @param stage e.g. {@code train}
 * @param state its state
 * @param done units done, starting at 0
 * @param total all units, 0 when unknown
 * @param unit e.g. {@code images}
 * @param rate current units per second, 0 when unknown
 * @param etaSeconds seconds left, null when unknown
 * @param address address of the artifact, null while unknown
 * @param message one line of text, may be null
 * @param figures metrics of the job, named like its meters without {@code winnow.}, per class after
 *     a slash: {@code training.loss}, {@code class.weight/shirt}; null for none
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
    Mandatory.runId(runId);
    Mandatory.field("stage", stage);
    Mandatory.field("state", state);
    Mandatory.field("at", at);
    figures = figures == null || figures.isEmpty() ? null : Map.copyOf(figures);
  }

  /** The state of a stage. */
  public enum State {
    @JsonProperty("running")
    RUNNING,
    /** Waits for its turn, Kafka, the store, or another process that makes the same artifact. */
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
