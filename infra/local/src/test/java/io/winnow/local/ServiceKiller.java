package io.winnow.local;

import io.winnow.contracts.event.RunProgress;
import io.winnow.local.run.ProgressDisplay;
import io.winnow.local.run.RunState;
import io.winnow.local.system.LocalSystem;
import io.winnow.local.system.Service;
import io.winnow.storage.artifact.RunFolder;
import io.winnow.storage.object.ObjectStore;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Watches a run; kills each service once, at its moment, and starts it again. */
final class ServiceKiller implements ProgressDisplay {
  private static final Map<Service, String> STAGES =
      new EnumMap<>(
          Map.of(
              Service.ENCODER, "surrogate",
              Service.REWEIGHT, "reweight",
              Service.TRAINER, "train"));

  private final LocalSystem system;
  private final ObjectStore store;
  private final ProgressDisplay display;
  private final Set<Service> killed = EnumSet.noneOf(Service.class);
  private final List<String> tooLate = new ArrayList<>();

  ServiceKiller(LocalSystem system, ObjectStore store, ProgressDisplay display) {
    this.system = system;
    this.store = store;
    this.display = display;
  }

  Set<Service> killed() {
    return killed;
  }

  /** Stages that were through before their service was dead. */
  List<String> tooLate() {
    return tooLate;
  }

  @Override
  public void show(RunState state) {
    display.show(state);
    STAGES.forEach(
        (service, stage) -> {
          if (seen(state, stage, p -> p.done() * 3 > p.total() && p.done() < p.total())) {
            killOnce(service, state.runId(), stage);
          }
        });
    // selecting takes milliseconds: its order comes with the end of encoding
    if (seen(state, "encode", p -> p.state() == RunProgress.State.DONE)) {
      killOnce(Service.SELECTOR, state.runId(), null);
    }
  }

  private static boolean seen(RunState state, String stage, Predicate<RunProgress> when) {
    return state.stages().stream()
        .map(RunState.StageState::latest)
        .anyMatch(p -> p.stage().equals(stage) && when.test(p));
  }

  private void killOnce(Service service, String runId, String stage) {
    if (!killed.add(service)) {
      return;
    }
    try {
      system.kill(service);
      if (new RunFolder(store, runId).steps().stream().anyMatch(s -> s.stage().equals(stage))) {
        tooLate.add(stage);
      }
      system.start(service);
    } catch (Exception e) {
      throw new IllegalStateException("cannot kill and start " + service.folder(), e);
    }
  }

  @Override
  public void end(RunState state) {
    display.end(state);
  }
}
