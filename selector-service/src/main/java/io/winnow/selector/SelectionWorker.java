package io.winnow.selector;

import io.quarkus.runtime.ShutdownEvent;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.LineageKey;
import io.winnow.contracts.event.FeaturesReady;
import io.winnow.models.References;
import io.winnow.stage.api.StageRunner;
import io.winnow.stage.jobs.Job;
import io.winnow.stage.jobs.JobRegistry;
import io.winnow.stage.jobs.JobState;
import io.winnow.stage.jobs.JobView;
import io.winnow.store.artifact.Address;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The one thread that selects what people ask for over HTTP, beside the jobs' own: a run that takes
 * losses for an hour holds up no selection by features.
 */
@ApplicationScoped
public class SelectionWorker {
  /** How many requests may wait for the one that is worked on. */
  static final int WAITING = 16;

  private final StageRunner runner;
  private final JobRegistry jobs;
  private final SelectStage select;
  private final RunLosses losses;
  private final ScoreLossesStage<FeaturesReady> score;
  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(WAITING),
          task -> new Thread(task, "selections"));

  SelectionWorker(
      StageRunner runner, JobRegistry jobs, SelectStage select, RunLosses losses, LossTools tools) {
    this.runner = runner;
    this.jobs = jobs;
    this.select = select;
    this.losses = losses;
    this.score =
        new ScoreLossesStage<>(
            tools, References::forSelection, FeaturesReady::run, FeaturesReady::lineage);
  }

  /**
   * Begins a selection, unless the same is under way.
   *
   * @param address where its coreset goes
   * @return the job to follow
   * @throws RejectedExecutionException too many are waiting, or the process is told to stop
   */
  synchronized JobView submit(FeaturesReady event, Address address) {
    Optional<Job> same =
        jobs.running().stream()
            .filter(job -> job.view().run().equals(event.runId()))
            .filter(job -> job.view().stage().equals(select.name()))
            .findFirst();
    if (same.isPresent()) {
      return same.get().view();
    }
    Job job = jobs.begin(event.runId(), select.name(), address);
    job.queued("waiting for its turn");
    try {
      thread.execute(() -> work(event, job));
    } catch (RejectedExecutionException e) {
      job.ended(JobState.FAILED, "too many selections are waiting");
      throw e;
    }
    return job.view();
  }

  private void work(FeaturesReady event, Job job) {
    try {
      if (References.forSelection(event.run())
          && losses.find(event.run(), event.lineage().require(LineageKey.DATASET)).isEmpty()) {
        job.queued("taking the reference's losses first");
        Optional<InvalidInputException> missing = runner.runNow(score, event);
        if (missing.isPresent()) {
          job.ended(JobState.FAILED, missing.get().getMessage());
          return;
        }
      }
      // takes the job's place in the list, under the same id, once it begins
      runner.runNow(select, event).ifPresent(why -> job.ended(JobState.FAILED, why.getMessage()));
    } catch (RuntimeException e) {
      job.ended(JobState.FAILED, e.getMessage());
    }
  }

  // jobs that are under way leave by themselves when the process is told to stop
  void onShutdown(@Observes @Priority(1) ShutdownEvent event) {
    thread.shutdown();
    thread.getQueue().clear();
  }
}
