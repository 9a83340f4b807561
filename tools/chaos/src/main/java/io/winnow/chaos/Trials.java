package io.winnow.chaos;

import io.winnow.contracts.spec.DatasetSpecBuilder;
import io.winnow.contracts.spec.ModelSpec;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.contracts.spec.RunSpecBuilder;
import io.winnow.contracts.spec.SurrogateSpecBuilder;
import io.winnow.contracts.spec.TrainingSpecBuilder;
import io.winnow.local.system.Home;
import io.winnow.local.system.Replica;
import io.winnow.local.system.Service;
import io.winnow.local.system.SystemOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Bad runs, poison events, long outages and a full disk, one after the other, in a system of their
 * own with the defaults of {@code winnow up}.
 */
final class Trials {
  private static final long MIB = 1 << 20;
  // a trainer at rest takes about 400 MiB, and the small run about 500
  private static final long TRAINER_MEMORY = 1536 * MIB;
  private static final int LARGE_BATCH = 8192;
  private static final Duration HEARTBEAT_TIMEOUT = Duration.ofSeconds(20);

  private final Path root;
  private final Path folder;
  private final RunSpec spec;
  private final Audit undisturbed;
  private final PrintStream log;
  private final CopyOnWriteArrayList<String> notices = new CopyOnWriteArrayList<>();

  /**
   * @param root the folder that contains the built services
   * @param folder for the system and its data; contains the images of the run
   * @param spec of a small run
   * @param undisturbed what that run produces
   * @param log receives progress
   */
  Trials(Path root, Path folder, RunSpec spec, Audit undisturbed, PrintStream log) {
    this.root = root;
    this.folder = folder;
    this.spec = spec;
    this.undisturbed = undisturbed;
    this.log = log;
  }

  /** A trial on a running system; {@link FullDiskTrial} starts its own. */
  private Optional<Trial> trial(TrialKind kind) {
    return switch (kind) {
      case POISON -> Optional.of(new PoisonTrial());
      case KAFKA -> Optional.of(new OutageTrial(true));
      case STORE -> Optional.of(new OutageTrial(false));
      case MEMORY -> Optional.of(new BadRunTrial("job that runs out of memory", this::outOfMemory));
      case SCRIPT -> Optional.of(new BadRunTrial("script that never ends", this::endless));
      case DISK -> Optional.empty();
    };
  }

  List<TrialResult> run(Set<TrialKind> kinds) throws IOException, InterruptedException {
    List<TrialResult> results = new ArrayList<>();
    SystemOptions options =
        SystemOptions.of(new Home(folder.resolve("trials")), root, this::notice)
            .withReadiness(Duration.ofMinutes(3))
            .withSources(List.of(folder))
            .withProperties(
                SystemOptions.everywhere(
                    Map.of("winnow.stage.heartbeat-timeout", HEARTBEAT_TIMEOUT.toSeconds() + "s")));
    try (TrialSystem system = new TrialSystem(options, spec, undisturbed, notices)) {
      for (Trial trial : kinds.stream().sorted().flatMap(kind -> trial(kind).stream()).toList()) {
        system.empty();
        system.takeNotices();
        results.add(report(run(trial, system)));
        if (system.system().failure().isPresent()) {
          log.println("  the system has failed, so the remaining trials are skipped");
          return results;
        }
      }
      system.empty();
    }
    if (kinds.contains(TrialKind.DISK)) {
      results.add(report(new FullDiskTrial(options, spec, undisturbed, folder, notices).run()));
    }
    return results;
  }

  private void notice(String line) {
    notices.add(line);
    log.println("  " + line);
  }

  private TrialResult report(TrialResult result) {
    log.printf("  %s: %s (%s)%n", result.name(), result.verdict(), result.observed());
    return result;
  }

  private TrialResult run(Trial trial, TrialSystem system)
      throws IOException, InterruptedException {
    log.println("trial: " + trial.name());
    Instant start = Instant.now();
    List<String> problems = new ArrayList<>();
    String observed = trial.run(system, problems);
    double seconds = Duration.between(start, Instant.now()).toMillis() / 1e3;
    return new TrialResult(trial.name(), observed, problems, seconds);
  }

  /** A batch whose activations do not fit a limit of memory, which SIGKILL enforces. */
  private BadRunTrial.Prepared outOfMemory(TrialSystem system) {
    RunSpec large =
        RunSpecBuilder.builder(spec)
            .name("too-large")
            .model(new ModelSpec("unet", "ddpm-tiny", Map.of("channels", 64)))
            .training(
                TrainingSpecBuilder.builder(spec.training())
                    .images(10L * LARGE_BATCH)
                    .batch(LARGE_BATCH)
                    .build())
            .build();
    return new BadRunTrial.Prepared(
        large, new MemoryLimit(system.system(), Replica.of(Service.TRAINER), TRAINER_MEMORY));
  }

  private BadRunTrial.Prepared endless(TrialSystem system) {
    String key = "surrogates/endless/endless.pt";
    system.store().put(key, EndlessScript.archive(EndlessScript.FOR_EVER));
    RunSpec endless =
        RunSpecBuilder.builder(spec)
            .name("endless")
            // a data set of its own, so that the good run does not wait for its import
            .dataset(DatasetSpecBuilder.builder(spec.dataset()).name("endless").build())
            .surrogate(SurrogateSpecBuilder.builder().source(key).build())
            .build();
    return new BadRunTrial.Prepared(endless, () -> system.store().delete(key));
  }
}
