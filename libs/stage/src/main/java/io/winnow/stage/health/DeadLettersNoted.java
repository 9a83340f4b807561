package io.winnow.stage.health;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Always UP; its data shows how many dead letters there are on which topics. */
@Readiness
@ApplicationScoped
class DeadLettersNoted implements HealthCheck {
  private final DeadLetterDepth depth;

  DeadLettersNoted(DeadLetterDepth depth) {
    this.depth = depth;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder response = HealthCheckResponse.named("dead letters").up();
    depth.depths().forEach(response::withData);
    return response.build();
  }
}
