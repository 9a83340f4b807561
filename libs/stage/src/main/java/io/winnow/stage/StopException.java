package io.winnow.stage;

/** Takes a job off its thread without a result and without blame. Jobs let it pass through. */
public final class StopException extends RuntimeException {

  /** Why a job has to leave. */
  public enum Reason {
    /** Somebody cancelled the run. */
    CANCELLED("the run was cancelled"),
    /** The run has failed in another stage. */
    RUN_FAILED("the run has failed in another stage"),
    /** The process was told to stop; the message will be delivered again. */
    SHUTDOWN("the process stops"),
    /** Another process took the job over, because this one was silent for too long. */
    LEASE_LOST("another process took the job over");

    private final String text;

    Reason(String text) {
      this.text = text;
    }
  }

  private final Reason reason;

  public StopException(Reason reason) {
    // control flow: no stack trace, and nothing to suppress
    super(reason.text, null, false, false);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
