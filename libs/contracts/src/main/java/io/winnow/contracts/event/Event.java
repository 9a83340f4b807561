package io.winnow.contracts.event;

/** A record on a topic. Constructors refuse events without their mandatory fields. */
public sealed interface Event
    permits RunRequested, LineageEvent, RunProgress, RunFailed, RunCancel {
  /** The run that it belongs to. */
  String runId();

  /**
   * The record's key. Records with one key stay in order on one partition: those of a run, except
   * for work that replicas share.
   */
  default String key() {
    return runId();
  }
}
