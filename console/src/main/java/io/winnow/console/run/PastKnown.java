package io.winnow.console.run;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready once all events so far were read: a page of before would miss runs. */
@Readiness
@ApplicationScoped
class PastKnown implements HealthCheck {
  private final RunIndex index;

  PastKnown(RunIndex index) {
    this.index = index;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("past runs").status(index.loaded()).build();
  }
}
