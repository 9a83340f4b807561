package io.winnow.stage.internal;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.winnow.store.object.Digests;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.stream.StreamSupport;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * One trace per run, one span per job. The trace id derives from the run id, so that all services
 * agree on it, and a run that is resumed after days is still one trace. A request that was part of
 * a trace is linked to it.
 */
@ApplicationScoped
public class RunTraces {
  private static final TextMapGetter<Headers> HEADERS =
      new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Headers headers) {
          return StreamSupport.stream(headers.spliterator(), false).map(Header::key).toList();
        }

        @Override
        public String get(Headers headers, String name) {
          Header header = headers == null ? null : headers.lastHeader(name);
          return header == null || header.value() == null
              ? null
              : new String(header.value(), StandardCharsets.UTF_8);
        }
      };

  private final Tracer tracer;

  public RunTraces(OpenTelemetry telemetry) {
    this.tracer = telemetry.getTracer("io.winnow");
  }

  /** The trace id of a run: 16 bytes in hexadecimal digits. */
  public static String traceId(String run) {
    return traceIdOf(digest(run));
  }

  /**
   * Starts the span of a job; the caller ends it.
   *
   * @param headers of the record that requested it; null for none
   */
  Span begin(String run, String stage, Headers headers) {
    String digest = digest(run);
    SpanContext ofRun =
        SpanContext.createFromRemoteParent(
            traceIdOf(digest),
            digest.substring(TraceId.getLength(), TraceId.getLength() + SpanId.getLength()),
            TraceFlags.getSampled(),
            TraceState.getDefault());
    SpanBuilder span =
        tracer
            .spanBuilder(stage)
            .setParent(Context.root().with(Span.wrap(ofRun)))
            .setAttribute("winnow.run", run);
    SpanContext requester =
        Span.fromContext(
                W3CTraceContextPropagator.getInstance().extract(Context.root(), headers, HEADERS))
            .getSpanContext();
    if (requester.isValid()) {
      span.addLink(requester);
    }
    return span.startSpan();
  }

  private static String traceIdOf(String digest) {
    return digest.substring(0, TraceId.getLength());
  }

  private static String digest(String run) {
    return Digests.sha256(("trace " + run).getBytes(StandardCharsets.UTF_8));
  }
}
