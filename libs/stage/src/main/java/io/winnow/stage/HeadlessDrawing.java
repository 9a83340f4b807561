package io.winnow.stage;

import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Keeps the JDK from asking a display for anything: pictures are drawn in memory, and where DISPLAY
 * names one that is away (left over from ssh), drawing would fail. Must come before the first
 * {@code java.awt.Color}, which settles the matter.
 */
@ApplicationScoped
public class HeadlessDrawing {
  void onStart(@Observes StartupEvent event) {
    System.setProperty("java.awt.headless", "true");
  }
}
