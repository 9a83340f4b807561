package io.winnow.console.run;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready once all past events are read: before that, pages would miss runs. */
@Readiness
@ApplicationScoped
class RunHistoryReadiness implements HealthCheck {
  private final RunIndex index;

  RunHistoryReadiness(RunIndex index) {
    this.index = index;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("run history").status(index.loaded()).build();
  }
}
