package io.winnow.local.system;

import java.nio.file.Path;

/**
 * What follows from the exit of a replica.
 *
 * @param line one line for the user
 */
record ExitDecision(Action action, String line) {

  enum Action {
    /** It is started again at once. */
    RESTART,
    /** It has died too often, and is started again when its restarts no longer count. */
    REST,
    /** The system cannot go on. */
    FAIL
  }

  /**
   * Decides, and counts the restart.
   *
   * @param problem what happened, with the replica's name
   * @param starting whether the system is still starting
   * @param log of the replica
   * @param now in nanoseconds
   */
  static ExitDecision of(
      SupervisedReplica replica,
      String problem,
      RestartLimit limit,
      boolean starting,
      Path log,
      long now) {
    if (replica.restarts().add(now)) {
      String count = replica.restarts().count(now) + " of at most " + limit;
      return new ExitDecision(Action.RESTART, problem + "; restarting it (" + count + ")");
    }
    boolean worker = replica.replica().isWorker();
    if (worker && starting) {
      return new ExitDecision(
          Action.FAIL, problem + " during startup" + replica.child().lastLogLine());
    }
    String end = problem + " after " + limit.count() + " restarts; see " + log;
    if (worker && limit.count() == 0) {
      return new ExitDecision(Action.FAIL, end);
    }
    return new ExitDecision(
        Action.REST,
        end
            + ". It is started again in "
            + limit.window().toMinutes()
            + " minutes"
            + (worker ? "; runs that need it wait" : "; runs do not need it"));
  }
}
