package io.winnow.stage.health;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.winnow.contracts.InvalidInputException;
import io.winnow.store.object.ObjectStore;
import io.winnow.store.object.StoreUnavailableException;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.jboss.logging.Logger;

/**
 * Ends a process that the store rejects (its secret is wrong, or the bucket is missing) before it
 * takes any work: it would only hold it. A store that does not answer is waited for.
 */
@ApplicationScoped
class StoreAtStart {
  private static final Logger LOG = Logger.getLogger(StoreAtStart.class);

  private final ObjectStore objects;

  StoreAtStart(ObjectStore objects) {
    this.objects = objects;
  }

  // after the check of the secrets, before topics are created and channels open
  void onStart(@Observes @Priority(1) StartupEvent event) {
    requireAccess();
  }

  /**
   * @throws ConfigurationException the store rejects this process; Quarkus prints its message
   *     without a stack trace
   */
  void requireAccess() {
    try {
      objects.ping();
    } catch (InvalidInputException e) {
      throw new ConfigurationException(e.getMessage());
    } catch (StoreUnavailableException e) {
      LOG.warnf("Jobs will wait for the store: %s", e.getMessage());
    }
  }
}
