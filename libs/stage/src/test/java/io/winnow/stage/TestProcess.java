package io.winnow.stage;

import static io.winnow.stage.TestStage.request;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordMetadata;
import io.winnow.contracts.event.EventCodec;
import io.winnow.contracts.event.EventType;
import io.winnow.contracts.event.RunRequested;
import io.winnow.stage.config.RetrySettings;
import io.winnow.stage.config.StageSettings;
import io.winnow.stage.jobs.JobRegistry;
import io.winnow.stage.run.Checkpoints;
import io.winnow.stage.run.Figures;
import io.winnow.stage.run.Inbox;
import io.winnow.stage.run.Leases;
import io.winnow.stage.run.Lifecycle;
import io.winnow.stage.run.Patience;
import io.winnow.stage.run.Toolbox;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.object.ObjectStore;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;

/** A process of its own over a store that others may share: its runner, and what stops it. */
record TestProcess(StageRunner runner, Lifecycle lifecycle) {

  /** A message and whether it was acknowledged or refused. */
  record Delivery(Message<byte[]> message, CompletableFuture<Boolean> settled) {
    static Delivery of(String runId) {
      return of(runId, runId);
    }

    static Delivery of(String runId, String specName) {
      String topic = EventType.RUN_REQUESTED.topic();
      byte[] data = EventCodec.encode(request(runId, specName));
      ConsumerRecord<String, byte[]> record = new ConsumerRecord<>(topic, 0, 0, runId, data);
      record.headers().add("ce_type", topic.getBytes(StandardCharsets.UTF_8));
      CompletableFuture<Boolean> settled = new CompletableFuture<>();
      Message<byte[]> message =
          Message.of(
              data,
              Metadata.of(new IncomingKafkaRecordMetadata<>(record, "run-requested")),
              () -> {
                settled.complete(true);
                return CompletableFuture.completedFuture(null);
              },
              refused -> {
                settled.complete(false);
                return CompletableFuture.completedFuture(null);
              });
      return new Delivery(message, settled);
    }
  }

  static TestProcess of(
      String instance,
      ObjectStore objects,
      EventPublisher publisher,
      JobRegistry jobs,
      StageSettings settings,
      MeterRegistry meters) {
    Lifecycle lifecycle = new Lifecycle(settings);
    Patience patience = new Patience(retries(), lifecycle);
    Toolbox tools =
        new Toolbox(
            new ArtifactStore(objects),
            publisher,
            jobs,
            new Leases(objects, instance, settings),
            new Checkpoints(objects, settings),
            patience,
            lifecycle,
            settings,
            meters,
            new Figures(meters));
    return new TestProcess(
        new StageRunner(
            tools,
            lifecycle,
            new Inbox(patience),
            jobs,
            meters,
            new RunTraces(OpenTelemetry.noop())),
        lifecycle);
  }

  /** The tests' settings, some of them changed. */
  static StageSettings settings(Map<String, String> changed) {
    return new SmallRyeConfigBuilder()
        .addDiscoveredConverters()
        .withMapping(StageSettings.class)
        .withDefaultValue("winnow.stage.heartbeat-interval", "200ms")
        .withDefaultValue("winnow.stage.lease-time", "2s")
        .withDefaultValue("winnow.stage.progress-interval", "50ms")
        .withDefaultValue("winnow.stage.scratch", "target/scratch")
        .withDefaultValues(changed)
        .build()
        .getConfigMapping(StageSettings.class);
  }

  private static RetrySettings retries() {
    return new SmallRyeConfigBuilder()
        .addDiscoveredConverters()
        .withMapping(RetrySettings.class)
        .withDefaultValue("winnow.retry.initial-delay", "50ms")
        .withDefaultValue("winnow.retry.max-delay", "400ms")
        .build()
        .getConfigMapping(RetrySettings.class);
  }

  /** Hands a message to the runner on a thread of its own. */
  CompletableFuture<CompletionStage<Void>> start(
      TestStage stage, Delivery delivery, Executor threads) {
    return CompletableFuture.supplyAsync(
        () -> runner.handle(stage, RunRequested.class, delivery.message()), threads);
  }
}
