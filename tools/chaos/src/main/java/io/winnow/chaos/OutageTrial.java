package io.winnow.chaos;

import java.time.Duration;
import java.util.List;

/** Kafka or the store is away for so long that clients' timeouts expire; the run goes on. */
record OutageTrial(boolean kafka) implements Trial {
  private static final Duration OUTAGE = Duration.ofSeconds(90);

  @Override
  public String name() {
    return (kafka ? "Kafka" : "store") + " away for " + OUTAGE.toSeconds() + " s";
  }

  @Override
  public String run(TrialSystem system, List<String> problems) {
    int before = system.events().deadLetters();
    system
        .complete(
            () -> {
              if (kafka) {
                system.system().restartKafka(OUTAGE);
              } else {
                system.system().restartStore(OUTAGE);
              }
            })
        .ifPresent(problems::add);
    int letters = system.events().deadLetters() - before;
    if (letters > 0) {
      problems.add(letters + " dead letters");
    }
    int restarts = system.takeNotices().size();
    return "the run went on"
        + (restarts == 0 ? "" : "; services were restarted " + restarts + " times");
  }
}
