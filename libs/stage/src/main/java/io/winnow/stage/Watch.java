package io.winnow.stage;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.winnow.stage.run.Outcome;
import java.time.Duration;
import java.util.Locale;
import org.jboss.logging.MDC;

/**
 * What those who watch from outside see of a job: the run and the stage beside every line that its
 * thread logs, a span, a timer. From the beginning to {@link #end}, on one thread.
 */
final class Watch {
  private static final String RUN = "run";
  private static final String STAGE = "stage";

  private final String stage;
  private final MeterRegistry meters;
  private final Span span;
  private final long start = System.nanoTime();

  Watch(String run, String stage, MeterRegistry meters, Span span) {
    this.stage = stage;
    this.meters = meters;
    this.span = span;
    MDC.put(RUN, run);
    MDC.put(STAGE, stage);
  }

  void fault(Throwable fault) {
    span.recordException(fault);
    span.setStatus(StatusCode.ERROR, String.valueOf(fault.getMessage()));
  }

  /**
   * @param images that went through a network
   */
  void end(Outcome outcome, long images) {
    String name = outcome.name().toLowerCase(Locale.ROOT);
    meters
        .timer("winnow.stage", "stage", stage, "outcome", name)
        .record(Duration.ofNanos(System.nanoTime() - start));
    meters.counter("winnow.stage.images", "stage", stage).increment(images);
    span.setAttribute("winnow.outcome", name).setAttribute("winnow.images", images).end();
    MDC.remove(RUN);
    MDC.remove(STAGE);
  }
}
