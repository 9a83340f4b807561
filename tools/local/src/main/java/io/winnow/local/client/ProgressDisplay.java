package io.winnow.local.client;

/** Shows somebody how a run goes. */
public interface ProgressDisplay {
  /** Called often, whether anything changed or not. */
  void show(RunState state);

  /** Called once, with the last state that was seen. */
  void end(RunState state);
}
