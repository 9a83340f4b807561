package io.winnow.chaos;

import java.util.List;

/**
 * The outcome of one trial.
 *
 * @param name of the trial
 * @param observed what happened, in one line
 * @param problems what should not have happened; empty if the system passed
 * @param seconds duration
 */
public record TrialResult(String name, String observed, List<String> problems, double seconds) {
  public TrialResult {
    problems = List.copyOf(problems);
  }

  /** Whether the system did what it should. */
  public boolean passed() {
    return problems.isEmpty();
  }

  /** {@code passed}, or the problems. */
  public String verdict() {
    return passed() ? "passed" : "FAILED: " + String.join("; ", problems);
  }
}
