package io.winnow.stage;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.Startup;
import jakarta.annotation.PostConstruct;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Ends this process when the one that started it is gone: its end of the pipe to standard input
 * closes, however it died. Only with {@code winnow.stop-with-parent=true}.
 */
@Startup
@Singleton
public class ParentPipe {
  private static final Logger LOG = Logger.getLogger(ParentPipe.class);

  private final boolean enabled;

  public ParentPipe(
      @ConfigProperty(name = "winnow.stop-with-parent", defaultValue = "false") boolean enabled) {
    this.enabled = enabled;
  }

  @PostConstruct
  void watch() {
    if (enabled) {
      Thread watcher = new Thread(this::awaitEnd, "winnow-stop-with-parent");
      watcher.setDaemon(true);
      watcher.start();
    }
  }

  private void awaitEnd() {
    try {
      InputStream pipe = System.in;
      while (pipe.read() >= 0) {
        // what comes is of no interest
      }
    } catch (IOException e) {
      LOG.debug("The parent's pipe broke", e);
    }
    LOG.info("The parent process is gone: stopping");
    Quarkus.asyncExit(0);
  }
}
