package io.winnow.local.client;

/** Shows the progress of one run. Called by one thread. */
public interface ProgressDisplay {
  /** Called at least every quarter of a second, whether or not anything has changed. */
  void show(RunState state);

  /** Called once, with the last state. */
  void end(RunState state);
}
