package io.winnow.chaos;

import java.io.IOException;
import java.util.List;

/** One bad thing that is done to a system once, and what the system should do about it. */
interface Trial {

  /** In a few words. */
  String name();

  /**
   * Does it.
   *
   * @param system a running system, with no run in progress and an empty store
   * @param problems receives what should not have happened
   * @return what happened, in one line
   */
  String run(TrialSystem system, List<String> problems) throws IOException, InterruptedException;
}
