package io.winnow.stage.internal;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import java.time.Duration;
import java.util.Locale;
import org.jboss.logging.MDC;

/**
 * One job's log context (run and stage), span and timer. From its creation to {@link #end}, on one
 * thread.
 */
final class JobTelemetry {
  private static final String RUN = "run";
  private static final String STAGE = "stage";

  private final String stage;
  private final MeterRegistry meters;
  private final Span span;
  private final long start = System.nanoTime();

  JobTelemetry(String run, String stage, MeterRegistry meters, Span span) {
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
   * Ends the job.
   *
   * @param images that went through a network
   * @param queuedNanos how long it waited for its turns; not part of its duration
   */
  void end(Outcome outcome, long images, long queuedNanos) {
    String name = outcome.name().toLowerCase(Locale.ROOT);
    meters
        .timer("winnow.stage", "stage", stage, "outcome", name)
        .record(Duration.ofNanos(Math.max(0, System.nanoTime() - start - queuedNanos)));
    meters.counter("winnow.stage.images", "stage", stage).increment(images);
    span.setAttribute("winnow.outcome", name).setAttribute("winnow.images", images).end();
    MDC.remove(RUN);
    MDC.remove(STAGE);
  }
}
