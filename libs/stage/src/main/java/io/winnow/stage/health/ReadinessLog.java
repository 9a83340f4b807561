package io.winnow.stage.health;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.health.SmallRyeHealthReporter;
import io.winnow.store.local.DaemonThreads;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.json.JsonObject;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Logs why this process is not ready: once at start, and whenever the checks that are DOWN change,
 * instead of a line per probe.
 */
@ApplicationScoped
class ReadinessLog {
  private static final Logger LOG = Logger.getLogger(ReadinessLog.class);
  private static final int LOOK_SECONDS = 5;
  // each look asks Kafka and the store
  private static final int LOOKS_WHILE_READY = 6;

  private final SmallRyeHealthReporter health;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("winnow-readiness"));
  // null: unknown yet
  private Map<String, String> down;
  private int ticks;

  ReadinessLog(SmallRyeHealthReporter health) {
    this.health = health;
  }

  void onStart(@Observes StartupEvent event) {
    clock.scheduleWithFixedDelay(this::tick, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
  }

  void onStop(@Observes ShutdownEvent event) {
    clock.shutdownNow();
  }

  private void tick() {
    boolean ready = down != null && down.isEmpty();
    if (ready && ++ticks % LOOKS_WHILE_READY != 0) {
      return;
    }
    try {
      look(health.getReadiness().getPayload()).ifPresent(LOG::info);
    } catch (RuntimeException e) {
      LOG.debugf("Cannot ask for readiness: %s", e.getMessage());
    }
  }

  /**
   * The line to log after a look.
   *
   * @param payload {@code {"checks": [{"name", "status", "data"}, …]}}
   */
  Optional<String> look(JsonObject payload) {
    Map<String, String> now = new TreeMap<>();
    payload.getJsonArray("checks").getValuesAs(JsonObject.class).stream()
        .filter(check -> !check.getString("status").equals("UP"))
        .forEach(
            check ->
                now.put(
                    check.getString("name"),
                    Objects.toString(check.get("data"), "no reason given")));
    // reasons may contain times: only the names decide whether there is something new
    boolean same = down != null && down.keySet().equals(now.keySet());
    down = now;
    if (same) {
      return Optional.empty();
    }
    return Optional.of(now.isEmpty() ? "Ready" : "Not ready: " + now);
  }
}
