package io.winnow.stage.health;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.winnow.stage.config.StageSettings;
import io.winnow.stage.process.LastResort;
import io.winnow.store.local.DaemonThreads;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.jboss.logging.Logger;

/**
 * Ends a process that can do no more work: an incoming channel has ended, a job is silent, or the
 * process is broken. Kubernetes restarts it for its liveness; Docker Compose and the local launcher
 * restart only a process that exits. An outage of Kafka or the store is no reason.
 */
@ApplicationScoped
class ExitWhenDead {
  private static final Logger LOG = Logger.getLogger(ExitWhenDead.class);
  private static final long SECONDS = 10;
  private static final int LOOKS = 2;
  private static final int EXIT_CODE = 1;

  private final JobsAlive jobs;
  private final IncomingChannels channels;
  private final StageSettings settings;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("winnow-exit-when-dead"));
  private int looks;

  /**
   * Why a process can do no more work.
   *
   * @param hung a job hangs, and will not stop when it is told to
   */
  record Cause(String line, boolean hung) {}

  ExitWhenDead(@Liveness JobsAlive jobs, IncomingChannels channels, StageSettings settings) {
    this.jobs = jobs;
    this.channels = channels;
    this.settings = settings;
  }

  void onStart(@Observes StartupEvent event) {
    if (settings.exitWhenDead()) {
      clock.scheduleWithFixedDelay(this::look, SECONDS, SECONDS, TimeUnit.SECONDS);
    }
  }

  void onStop(@Observes ShutdownEvent event) {
    clock.shutdownNow();
  }

  private void look() {
    Optional<Cause> cause = cause();
    looks = cause.isPresent() ? looks + 1 : 0;
    if (looks == LOOKS) {
      LOG.errorf(
          "This process can do no more work, and stops to be started again: %s",
          cause.get().line());
      // a job that hangs would use its grace period up
      LastResort.haltAfter(
          cause.get().hung() ? Duration.ZERO : settings.shutdownGrace(), EXIT_CODE);
      Quarkus.asyncExit(EXIT_CODE);
    }
  }

  /** Why this process can do no more work; empty while it can. */
  Optional<Cause> cause() {
    HealthCheckResponse running = jobs.call();
    if (running.getStatus() == HealthCheckResponse.Status.DOWN) {
      Map<String, Object> data = running.getData().orElseThrow();
      return Optional.of(new Cause("jobs: " + data, !data.containsKey(JobsAlive.PROBLEM)));
    }
    List<String> ended = channels.ended();
    return ended.isEmpty()
        ? Optional.empty()
        : Optional.of(new Cause(String.join("; ", ended), false));
  }
}
