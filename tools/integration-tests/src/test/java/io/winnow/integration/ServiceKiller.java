package io.winnow.integration;

import io.winnow.local.client.ProgressDisplay;
import io.winnow.local.client.RunState;
import io.winnow.local.system.LocalSystem;
import io.winnow.local.system.Replica;
import io.winnow.local.system.Service;
import io.winnow.store.artifact.RunFolder;
import io.winnow.store.object.ObjectStore;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Watches a run; ends each service at moments that are drawn, and starts it again. */
final class ServiceKiller implements ProgressDisplay {

  /**
   * One end of a service.
   *
   * @param stage in which it comes
   * @param at share of the stage's work that is done by then
   * @param gently by SIGTERM, else by SIGKILL
   */
  record Blow(Service service, String stage, double at, boolean gently) {}

  private final LocalSystem system;
  private final ObjectStore store;
  private final ProgressDisplay display;
  private final List<Blow> plan;
  private final Set<Blow> struck = new LinkedHashSet<>();
  private final List<Blow> tooLate = new ArrayList<>();

  /**
   * @param seed of the moments
   */
  ServiceKiller(LocalSystem system, ObjectStore store, ProgressDisplay display, long seed) {
    this.system = system;
    this.store = store;
    this.display = display;
    Random random = new Random(seed);
    this.plan =
        List.of(
            new Blow(Service.ENCODER, "surrogate", random.nextDouble(0.1, 0.7), false),
            // selecting takes milliseconds: its order comes with the end of encoding
            new Blow(Service.SELECTOR, "encode", 1, false),
            new Blow(Service.REWEIGHT, "reweight", random.nextDouble(0.1, 0.7), false),
            new Blow(Service.TRAINER, "train", random.nextDouble(0.05, 0.4), true),
            new Blow(Service.TRAINER, "train", random.nextDouble(0.5, 0.8), false));
  }

  List<Blow> plan() {
    return plan;
  }

  Set<Blow> struck() {
    return struck;
  }

  /** Blows that came when the stage was through; the selector's is not among them. */
  List<Blow> tooLate() {
    return tooLate;
  }

  @Override
  public void show(RunState state) {
    display.show(state);
    for (Blow blow : plan) {
      boolean now =
          state.stages().stream()
              .map(RunState.StageState::latest)
              .anyMatch(
                  p ->
                      p.stage().equals(blow.stage())
                          && p.total() > 0
                          && p.done() >= blow.at() * p.total());
      if (now && struck.add(blow)) {
        strike(blow, state.runId());
        return; // what was seen is older than the service that runs now
      }
    }
  }

  private void strike(Blow blow, String runId) {
    try {
      if (blow.gently()) {
        system.stop(Replica.of(blow.service()));
      } else {
        system.kill(Replica.of(blow.service()));
      }
      boolean through =
          new RunFolder(store, runId)
              .stages().stream().anyMatch(s -> s.stage().equals(blow.stage()));
      if (through && blow.at() < 1) {
        tooLate.add(blow);
      }
      system.start(Replica.of(blow.service()));
    } catch (Exception e) {
      throw new IllegalStateException("cannot end and start " + blow.service().folder(), e);
    }
  }

  @Override
  public void end(RunState state) {
    display.end(state);
  }
}
