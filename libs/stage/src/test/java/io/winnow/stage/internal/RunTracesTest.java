package io.winnow.stage.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class RunTracesTest {
  private static final String THEIRS = "4bf92f3577b34da6a3ce929d0e0e4736";

  private final InMemorySpanExporter spans = InMemorySpanExporter.create();

  /** The traces of another process. */
  private RunTraces process() {
    return new RunTraces(
        OpenTelemetrySdk.builder()
            .setTracerProvider(
                SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(spans))
                    .build())
            .build());
  }

  @Test
  void jobsOfARunAreOneTraceWhoeverDoesThem() {
    // when
    process().begin("run-1", "select", null).end();
    process().begin("run-1", "train", null).end();
    process().begin("run-2", "train", null).end();

    // then
    List<SpanData> all = spans.getFinishedSpanItems();
    assertThat(all).extracting(SpanData::getName).containsExactly("select", "train", "train");
    assertThat(all.get(0).getTraceId()).isEqualTo(RunTraces.traceId("run-1"));
    assertThat(all.get(1).getTraceId()).isEqualTo(all.get(0).getTraceId());
    assertThat(all.get(1).getParentSpanId()).isEqualTo(all.get(0).getParentSpanId());
    assertThat(all.get(2).getTraceId()).isNotEqualTo(all.get(0).getTraceId());
    assertThat(all.get(2).getAttributes().get(AttributeKey.stringKey("winnow.run")))
        .isEqualTo("run-2");
  }

  @Test
  void theTraceOfWhoeverAskedIsLinked() {
    // given
    Headers headers = new RecordHeaders();
    String parent = "00-" + THEIRS + "-00f067aa0ba902b7-01";
    headers.add("traceparent", parent.getBytes(StandardCharsets.UTF_8));

    // when
    process().begin("run-1", "import", headers).end();

    // then
    SpanData span = spans.getFinishedSpanItems().get(0);
    assertThat(span.getTraceId()).isEqualTo(RunTraces.traceId("run-1"));
    assertThat(span.getLinks())
        .extracting(link -> link.getSpanContext().getTraceId())
        .containsExactly(THEIRS);
  }

  @Test
  void aHeaderThatIsNoParentIsNotMinded() {
    // given
    Headers headers = new RecordHeaders();
    headers.add("traceparent", new byte[] {1, 2, 3});

    // when
    process().begin("run-1", "import", headers).end();

    // then
    assertThat(spans.getFinishedSpanItems().get(0).getLinks()).isEmpty();
  }
}
