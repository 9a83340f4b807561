package io.winnow.stage.run;

import io.micrometer.core.instrument.MeterRegistry;
import io.winnow.stage.EventPublisher;
import io.winnow.stage.config.StageSettings;
import io.winnow.stage.jobs.JobRegistry;
import io.winnow.store.artifact.ArtifactStore;
import jakarta.enterprise.context.Dependent;

/** Everything that running a job needs. */
@Dependent
public class Toolbox {
  final ArtifactStore store;
  final EventPublisher publisher;
  final JobRegistry jobs;
  final Leases leases;
  final Checkpoints checkpoints;
  final Patience patience;
  final Lifecycle lifecycle;
  final StageSettings settings;
  final MeterRegistry meters;
  final Figures figures;

  public Toolbox(
      ArtifactStore store,
      EventPublisher publisher,
      JobRegistry jobs,
      Leases leases,
      Checkpoints checkpoints,
      Patience patience,
      Lifecycle lifecycle,
      StageSettings settings,
      MeterRegistry meters,
      Figures figures) {
    this.store = store;
    this.publisher = publisher;
    this.jobs = jobs;
    this.leases = leases;
    this.checkpoints = checkpoints;
    this.patience = patience;
    this.lifecycle = lifecycle;
    this.settings = settings;
    this.meters = meters;
    this.figures = figures;
  }
}
