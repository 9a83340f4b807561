package io.winnow.stage.process;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.Startup;
import io.winnow.store.local.DaemonThreads;
import jakarta.annotation.PostConstruct;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Stops this process when its parent is gone, however that died: the parent's end of the pipe to
 * standard input closes. Only with {@code winnow.stop-with-parent=true}.
 */
@Startup
@Singleton
public class StopWithParent {
  private static final Logger LOG = Logger.getLogger(StopWithParent.class);

  private final boolean enabled;

  public StopWithParent(
      @ConfigProperty(name = "winnow.stop-with-parent", defaultValue = "false") boolean enabled) {
    this.enabled = enabled;
  }

  @PostConstruct
  void watch() {
    if (enabled) {
      DaemonThreads.start("winnow-stop-with-parent", this::awaitEnd);
    }
  }

  private void awaitEnd() {
    try {
      InputStream pipe = System.in;
      while (pipe.read() >= 0) {
        // the input itself is ignored
      }
    } catch (IOException e) {
      LOG.debug("The parent's pipe broke", e);
    }
    LOG.info("The parent process is gone: stopping");
    Quarkus.asyncExit(0);
  }
}
