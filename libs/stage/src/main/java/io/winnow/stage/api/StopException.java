package io.winnow.stage.api;

/** Ends a job without a result and without an error. Jobs must not catch it. */
public final class StopException extends RuntimeException {

  /** Why a job has to end. */
  public enum Reason {
    /** The run was cancelled. */
    CANCELLED("the run was cancelled"),
    /** The run has failed in another stage. */
    RUN_FAILED("the run has failed in another stage"),
    /** The process was told to stop; the message will be delivered again. */
    SHUTDOWN("the process is stopping"),
    /** Another process took the job over, because this one sent no heartbeat for too long. */
    LEASE_LOST("another process took the job over"),
    /** Another job has the next turn; this one resumes later. */
    YIELDED("another job has the next turn");

    private final String text;

    Reason(String text) {
      this.text = text;
    }
  }

  private final Reason reason;

  public StopException(Reason reason) {
    // control flow: no stack trace, no suppressed exceptions
    super(reason.text, null, false, false);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
