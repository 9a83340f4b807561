package io.winnow.stage.health;

import io.winnow.store.object.ObjectStore;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** UP only while the store answers. */
@Readiness
@ApplicationScoped
class StoreReady implements HealthCheck {
  private final ObjectStore objects;

  StoreReady(ObjectStore objects) {
    this.objects = objects;
  }

  @Override
  public HealthCheckResponse call() {
    try {
      objects.ping();
      return HealthCheckResponse.up("object store");
    } catch (RuntimeException e) {
      return HealthCheckResponse.named("object store")
          .down()
          .withData("problem", String.valueOf(e.getMessage()))
          .build();
    }
  }
}
