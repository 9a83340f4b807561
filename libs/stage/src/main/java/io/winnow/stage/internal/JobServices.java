package io.winnow.stage.internal;

import io.micrometer.core.instrument.MeterRegistry;
import io.winnow.stage.api.EventPublisher;
import io.winnow.stage.config.StageSettings;
import io.winnow.stage.jobs.JobRegistry;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.local.Time;
import jakarta.enterprise.context.Dependent;

/** What running a job needs; given to the objects of one job, which are no beans. */
@Dependent
public class JobServices {
  final ArtifactStore store;
  final EventPublisher publisher;
  final JobRegistry jobs;
  final Leases leases;
  final Checkpoints checkpoints;
  final TransientFaultRetry retry;
  final Lifecycle lifecycle;
  final StageSettings settings;
  final MeterRegistry meters;
  final StageMetrics metrics;
  final Time time;
  final Lanes lanes;

  public JobServices(
      ArtifactStore store,
      EventPublisher publisher,
      JobRegistry jobs,
      Leases leases,
      Checkpoints checkpoints,
      TransientFaultRetry retry,
      Lifecycle lifecycle,
      StageSettings settings,
      MeterRegistry meters,
      StageMetrics metrics,
      Time time,
      Lanes lanes) {
    this.store = store;
    this.publisher = publisher;
    this.jobs = jobs;
    this.leases = leases;
    this.checkpoints = checkpoints;
    this.retry = retry;
    this.lifecycle = lifecycle;
    this.settings = settings;
    this.meters = meters;
    this.metrics = metrics;
    this.time = time;
    this.lanes = lanes;
  }
}
