package io.winnow.stage.health;

import io.winnow.stage.config.StageSettings;
import io.winnow.stage.jobs.Job;
import io.winnow.stage.jobs.JobRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;

/** UP while every running job sends heartbeats, however long it takes. */
@Liveness
@ApplicationScoped
class JobsAlive implements HealthCheck {
  static final String PROBLEM = "problem";

  private final JobRegistry jobs;
  private final Duration timeout;

  JobsAlive(JobRegistry jobs, StageSettings settings) {
    this.jobs = jobs;
    this.timeout = settings.heartbeatTimeout();
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder response = HealthCheckResponse.named("jobs");
    Optional<Job> quietest = jobs.running().stream().max(Comparator.comparing(Job::silence));
    quietest.ifPresent(
        job ->
            response
                .withData("job", job.view().id())
                .withData("secondsSinceHeartbeat", job.silence().toSeconds()));
    jobs.broken().ifPresent(cause -> response.withData(PROBLEM, cause));
    boolean alive =
        jobs.broken().isEmpty()
            && quietest.filter(job -> job.silence().compareTo(timeout) > 0).isEmpty();
    return response.status(alive).build();
  }
}
