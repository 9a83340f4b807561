package io.winnow.stage.process;

import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Makes the JDK draw without a display. Images are drawn in memory, and drawing would fail if
 * DISPLAY names a display that is unavailable (left over from ssh). Must run before the first use
 * of {@code java.awt.Color}, which reads the property.
 */
@ApplicationScoped
public class HeadlessDrawing {
  void onStart(@Observes StartupEvent event) {
    System.setProperty("java.awt.headless", "true");
  }
}
