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
import java.util.function.Supplier;

/**
 * Runs a small run undisturbed, and then again and again under faults, each time from an empty
 * store, and compares every byte.
 */
public final class Chaos {
  private static final int IMAGES = 40;
  private static final Duration LEASE = Duration.ofSeconds(4);
  private static final Duration PATIENCE = Duration.ofMinutes(15);
  private static final Duration SETTLING = Duration.ofMinutes(2);
  private static final long LOOK_MILLIS = 500;
  private static final long MIB = 1 << 20;

  // everything that a run can have, as small as it can be
  private static final String SPEC =
      """
      {"name": "chaos", "dataset": {"source": "%s", "holdout": 0.2, "shardRows": 8},
       "surrogate": {"images": 2000, "batch": 16}, "selection": {"criterion": "gaussian", "ratio": 0.5},
       "reweight": {"method": "dro", "referenceImages": 800, "proxyImages": 800, "batch": 16},
       "model": {"preset": "ddpm-tiny", "channels": 16, "attention": []},
       "training": {"images": 1600, "batch": 16, "warmupImages": 200, "checkpointImages": 320},
       "sampling": {"images": 40, "steps": 4, "batch": 20, "baseline": false, "gridPerClass": 2},
       "seed": 3}""";

  private final Options options;
  private final PrintStream talk;
  private final List<Injury> injuries = new ArrayList<>();
  private final List<String> failed = new ArrayList<>();
  private final List<String> differing = new ArrayList<>();
  private final List<String> lost = new ArrayList<>();
  private final List<String> groundless = new ArrayList<>();
  private final List<Resources> resources = new ArrayList<>();
  private Instant started;
  private int runs;

  /**
   * When it is enough.
   *
   * @param root the folder that holds the built services
   * @param home an empty folder
   * @param copies processes of each service
   * @param kills as many services must have been killed
   * @param atLeast it goes on for so long at least
   * @param atMost and begins no run after so long
   */
  public record Options(
      Path root, Path home, int copies, int kills, Duration atLeast, Duration atMost, long seed) {}

  /**
   * @param talk told what happens
   */
  public Chaos(Options options, PrintStream talk) {
    this.options = options;
    this.talk = talk;
  }

  /**
   * @throws RunEndedException not even the undisturbed run came to its report
   * @throws IllegalStateException a service does not start
   */
  public ChaosReport run() throws IOException, InterruptedException {
    Home home = new Home(options.home().resolve("system"));
    Path images = DrawnImages.write(options.home().resolve("images"), IMAGES);
    RunSpec spec = DrawnImages.spec(SPEC, images, "the spec of the run");
    started = Instant.now();
    try (FaultyLink link = new FaultyLink(options.seed());
        LocalSystem system = LocalSystem.start(system(home, link));
        MinioObjectStore store = new MinioObjectStore(system.connection().store());
        RunClient client = new RunClient(system.connection().kafkaClients(), store)) {
      EventLog log = new EventLog(system.connection().kafkaClients());
      talk.println("undisturbed:");
      Audit undisturbed = once(system, store, client, log, spec, new PlainDisplay(talk));
      Random random = new Random(options.seed());
      while (more()) {
        settle(log);
        wipe(store);
        talk.printf("run %d of seed %d%n", runs + failed.size() + 1, options.seed());
        Monkey monkey = new Monkey(system, link, log, LEASE, random, talk::println);
        try {
          compare(once(system, store, client, log, spec, monkey), undisturbed);
          runs++;
        } catch (RunEndedException | IllegalStateException e) {
          failed.add(e.getMessage());
          talk.println("  " + e.getMessage());
        }
        injuries.addAll(monkey.injuries());
        resources.add(measured(system));
      }
      settle(log);
      return new ChaosReport(
          options.seed(),
          runs,
          failed,
          injuries,
          differing,
          lost,
          groundless,
          log.deadLetters(),
          resources);
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
    return new SystemOptions(
            home, options.root(), 0, Duration.ofMinutes(3), 1, false, properties, talk::println)
        .withCopies(options.copies())
        .withStoreRoute(link::route);
  }

  private boolean more() {
    Duration past = Duration.between(started, Instant.now());
    long kills = injuries.stream().filter(injury -> injury.fault() == Fault.KILL).count();
    boolean wanted = kills < options.kills() || past.compareTo(options.atLeast()) < 0;
    return wanted && past.compareTo(options.atMost()) < 0;
  }

  private Audit once(
      LocalSystem system,
      MinioObjectStore store,
      RunClient client,
      EventLog log,
      RunSpec spec,
      ProgressDisplay display) {
    Instant deadline = Instant.now().plus(PATIENCE);
    Supplier<Optional<String>> trouble =
        () ->
            Instant.now().isAfter(deadline)
                ? Optional.of("no end after " + PATIENCE.toMinutes() + " minutes")
                : system.failure();
    RunReport report = client.complete(spec, display, trouble);
    return Audit.of(store, report.lineage(), log.of(report.run().id()));
  }

  private void compare(Audit audit, Audit undisturbed) {
    audit.differing(undisturbed).forEach(key -> differing.add("run " + (runs + 1) + ": " + key));
    audit.lost(undisturbed).forEach(topic -> lost.add("run " + (runs + 1) + ": " + topic));
    audit.groundless().forEach(event -> groundless.add("run " + (runs + 1) + ": " + event));
  }

  // events that come again after the end name what is about to be wiped
  private static void settle(EventLog log) throws InterruptedException {
    Instant deadline = Instant.now().plus(SETTLING);
    while (log.unsettled() > 0 && Instant.now().isBefore(deadline)) {
      Thread.sleep(LOOK_MILLIS);
    }
  }

  private static void wipe(MinioObjectStore store) {
    store.list("").forEach(object -> store.delete(object.key()));
  }

  private Resources measured(LocalSystem system) {
    OptionalLong memory = system.memory();
    OptionalLong handles = system.handles();
    return new Resources(
        Duration.between(started, Instant.now()).toSeconds() / 60.0,
        memory.isPresent() ? (Long) (memory.getAsLong() / MIB) : null,
        handles.isPresent() ? (Long) handles.getAsLong() : null);
  }
}
