package io.winnow.chaos;

import io.winnow.contracts.run.RunStatus;
import io.winnow.contracts.spec.RunSpec;
import java.io.IOException;
import java.util.List;

/**
 * A run that takes its service down or never ends, beside a good one: the bad one fails with a
 * reason, the good one gives the same bytes as alone, and the system goes on.
 */
final class BadRunTrial implements Trial {
  private final String name;
  private final Preparation preparation;

  /** Prepares the system, and gives the spec of the bad run. */
  interface Preparation {

    /**
     * @return the bad run, and what has to be stopped afterwards
     */
    Prepared prepare(TrialSystem system) throws IOException;
  }

  /**
   * A bad run.
   *
   * @param spec its spec
   * @param close ends what was started for it
   */
  record Prepared(RunSpec spec, AutoCloseable close) {}

  BadRunTrial(String name, Preparation preparation) {
    this.name = name;
    this.preparation = preparation;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String run(TrialSystem system, List<String> problems)
      throws IOException, InterruptedException {
    Prepared bad = preparation.prepare(system);
    String run = system.client().submit(bad.spec()).id();
    try {
      system.complete(() -> {}).ifPresent(problem -> problems.add("the good run: " + problem));
      RunStatus status = system.awaitEnd(run);
      if (status != RunStatus.FAILED) {
        problems.add("the bad run is " + status + ", not failed");
        system.client().cancel(run, "end of the trial");
      }
    } finally {
      close(bad.close());
    }
    system.system().failure().ifPresent(problems::add);
    int deaths = system.takeNotices().size();
    return "its service died " + deaths + " times; the run failed in " + system.reason(run);
  }

  private static void close(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      throw new IllegalStateException("cannot stop: " + e.getMessage(), e);
    }
  }
}
