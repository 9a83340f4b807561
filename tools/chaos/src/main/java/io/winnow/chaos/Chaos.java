package io.winnow.chaos;

import io.winnow.chaos.ChaosReport.Resources;
import io.winnow.contracts.run.RunReport;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.local.client.PlainDisplay;
import io.winnow.local.client.ProgressDisplay;
import io.winnow.local.client.RunClient;
import io.winnow.local.client.RunEndedException;
import io.winnow.local.system.Home;
import io.winnow.local.system.LocalSystem;
import io.winnow.local.system.Service;
import io.winnow.local.system.SystemOptions;
import io.winnow.store.object.MinioObjectStore;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Executes a small run undisturbed, then repeatedly under injected faults, each time with an empty
 * store, and compares every byte of the results.
 */
public final class Chaos {
  private static final int IMAGES = 40;
  private static final Duration LEASE = Duration.ofSeconds(4);
  private static final Duration RUN_TIMEOUT = Duration.ofMinutes(15);
  private static final Duration LAG_TIMEOUT = Duration.ofMinutes(2);
  private static final long POLL_MILLIS = 500;
  private static final long MIB = 1 << 20;

  // every stage, with the smallest amounts
  private static final String SPEC =
      """
      {"name": "chaos", "dataset": {"source": "%s", "holdout": 0.2, "shardRows": 8},
       "surrogate": {"images": 2000, "batch": 16}, "selection": {"criterion": "gaussian", "ratio": 0.5},
       "reweight": {"method": "dro", "referenceImages": 800, "proxyImages": 800, "batch": 16},
       "model": {"preset": "ddpm-tiny", "channels": 16, "attentionResolutions": []},
       "training": {"images": 1600, "batch": 16, "warmupImages": 200, "checkpointImages": 320},
       "sampling": {"images": 40, "steps": 4, "batch": 20, "baseline": false, "gridPerClass": 2},
       "seed": 3}""";

  private final Options options;
  private final PrintStream log;
  private final List<FaultRecord> faults = new ArrayList<>();
  private final List<String> failed = new ArrayList<>();
  private final List<String> differingObjects = new ArrayList<>();
  private final List<String> lostEvents = new ArrayList<>();
  private final List<String> danglingEvents = new ArrayList<>();
  private final List<Resources> resources = new ArrayList<>();
  private Audit undisturbed;
  private Instant started;
  private int runs;

  /**
   * When to stop.
   *
   * @param root the folder that contains the built services
   * @param home an empty folder for the system and its data
   * @param replicas of each service
   * @param kills minimum number of services to kill
   * @param atLeast minimum duration
   * @param atMost no run starts after this time
   * @param trials made at the end
   * @param seed of faults, services and times
   */
  public record Options(
      Path root,
      Path home,
      int replicas,
      int kills,
      Duration atLeast,
      Duration atMost,
      Set<TrialKind> trials,
      long seed) {}

  /**
   * @param log receives progress and faults
   */
  public Chaos(Options options, PrintStream log) {
    this.options = options;
    this.log = log;
  }

  /**
   * Starts a system and runs until the options are met.
   *
   * @throws RunEndedException the undisturbed run failed
   * @throws IllegalStateException a service does not start
   */
  public ChaosReport run() throws IOException, InterruptedException {
    Home home = new Home(options.home().resolve("system"));
    Path images = DrawnImages.write(options.home().resolve("images"), IMAGES);
    RunSpec spec = DrawnImages.spec(SPEC, images, "the spec of the run");
    started = Instant.now();
    int deadLetters = disturb(home, spec);
    List<TrialResult> trials =
        options.trials().isEmpty()
            ? List.of()
            : new Trials(options.root(), options.home(), spec, undisturbed, log)
                .run(options.trials());
    return new ChaosReport(
        options.seed(),
        runs,
        failed,
        faults,
        differingObjects,
        lostEvents,
        danglingEvents,
        deadLetters,
        resources,
        trials);
  }

  /** Repeats the run under faults; returns the number of dead letters. */
  private int disturb(Home home, RunSpec spec) throws IOException, InterruptedException {
    try (FaultyLink link = new FaultyLink(options.seed());
        LocalSystem system = LocalSystem.start(system(home, link));
        MinioObjectStore store = new MinioObjectStore(system.connection().store());
        RunClient client = new RunClient(system.connection().kafkaClients(), store)) {
      EventLog events = new EventLog(system.connection().kafkaClients());
      log.println("undisturbed run:");
      undisturbed = run(system, store, client, events, spec, new PlainDisplay(log));
      Random random = new Random(options.seed());
      while (continues()) {
        awaitConsumers(events);
        deleteAll(store);
        log.printf("run %d, seed %d%n", runs + failed.size() + 1, options.seed());
        FaultInjector injector =
            new FaultInjector(system, link, events, LEASE, random, log::println);
        try {
          compare(run(system, store, client, events, spec, injector), undisturbed);
          runs++;
        } catch (RunEndedException | IllegalStateException e) {
          failed.add(e.getMessage());
          log.println("  " + e.getMessage());
        }
        faults.addAll(injector.faults());
        resources.add(resources(system));
      }
      awaitConsumers(events);
      return events.deadLetters();
    }
  }

  private SystemOptions system(Home home, FaultyLink link) {
    Map<Service, Map<String, String>> properties =
        SystemOptions.everywhere(
            Map.of(
                "winnow.stage.progress-interval", "200ms",
                "winnow.stage.lease-time", LEASE.toSeconds() + "s",
                "mp.messaging.connector.smallrye-kafka.session.timeout.ms", "6000",
                "mp.messaging.connector.smallrye-kafka.heartbeat.interval.ms", "1000"));
    return SystemOptions.of(home, options.root(), log::println)
        .withRestarts(0)
        .withReadiness(Duration.ofMinutes(3))
        .withProperties(properties)
        .withReplicas(options.replicas())
        .withSources(List.of(options.home()))
        .withStoreRoute(link::route);
  }

  private boolean continues() {
    Duration elapsed = Duration.between(started, Instant.now());
    long kills = faults.stream().filter(record -> record.fault() == Fault.KILL).count();
    boolean unmet = kills < options.kills() || elapsed.compareTo(options.atLeast()) < 0;
    return unmet && elapsed.compareTo(options.atMost()) < 0;
  }

  private Audit run(
      LocalSystem system,
      MinioObjectStore store,
      RunClient client,
      EventLog events,
      RunSpec spec,
      ProgressDisplay display) {
    Instant deadline = Instant.now().plus(RUN_TIMEOUT);
    Supplier<Optional<String>> abortReason =
        () ->
            Instant.now().isAfter(deadline)
                ? Optional.of("the run did not end within " + RUN_TIMEOUT.toMinutes() + " minutes")
                : system.failure();
    RunReport report = client.complete(spec, display, abortReason);
    return Audit.of(store, report.lineage(), events.of(report.run().id()));
  }

  private void compare(Audit audit, Audit undisturbed) {
    String run = "run " + (runs + 1) + ": ";
    audit.differingObjects(undisturbed).forEach(key -> differingObjects.add(run + key));
    audit.lostEvents(undisturbed).forEach(topic -> lostEvents.add(run + topic));
    audit.danglingEvents().forEach(event -> danglingEvents.add(run + event));
  }

  // events that are processed after the run's end refer to objects that are about to be deleted
  private static void awaitConsumers(EventLog events) throws InterruptedException {
    Instant deadline = Instant.now().plus(LAG_TIMEOUT);
    while (events.consumerLag() > 0 && Instant.now().isBefore(deadline)) {
      Thread.sleep(POLL_MILLIS);
    }
  }

  private static void deleteAll(MinioObjectStore store) {
    store.list("").forEach(object -> store.delete(object.key()));
  }

  private Resources resources(LocalSystem system) {
    OptionalLong memory = system.memory();
    OptionalLong handles = system.handles();
    return new Resources(
        Duration.between(started, Instant.now()).toSeconds() / 60.0,
        memory.isPresent() ? (Long) (memory.getAsLong() / MIB) : null,
        handles.isPresent() ? (Long) handles.getAsLong() : null);
  }
}
