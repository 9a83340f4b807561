package io.winnow.stage.testing;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.winnow.stage.api.EventPublisher;
import io.winnow.stage.api.StageRunner;
import io.winnow.stage.config.RetrySettings;
import io.winnow.stage.config.StageSettings;
import io.winnow.stage.internal.Checkpoints;
import io.winnow.stage.internal.DefaultStageRunner;
import io.winnow.stage.internal.EventMessages;
import io.winnow.stage.internal.JobServices;
import io.winnow.stage.internal.Lanes;
import io.winnow.stage.internal.Leases;
import io.winnow.stage.internal.Lifecycle;
import io.winnow.stage.internal.OversizedDeadLetters;
import io.winnow.stage.internal.RunTraces;
import io.winnow.stage.internal.StageMetrics;
import io.winnow.stage.internal.TransientFaultRetry;
import io.winnow.stage.jobs.JobRegistry;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.local.Time;
import io.winnow.store.object.ObjectStore;
import java.util.Map;

/** A runner without Quarkus, like a process of its own over a store that others may share. */
public record TestProcess(StageRunner runner, Lifecycle lifecycle) {

  /**
   * What a process shares with others, or a test looks at.
   *
   * @param settings of the form {@code winnow.stage.lease-time}; those of {@link #settings} if
   *     missing
   */
  public record Surroundings(
      ObjectStore objects,
      EventPublisher publisher,
      JobRegistry jobs,
      MeterRegistry meters,
      Map<String, String> settings,
      Time time) {}

  public static TestProcess of(String instance, Surroundings around) {
    SmallRyeConfig config = settings(around.settings());
    StageSettings settings = config.getConfigMapping(StageSettings.class);
    Lifecycle lifecycle = new Lifecycle(settings);
    TransientFaultRetry retry =
        new TransientFaultRetry(
            config.getConfigMapping(RetrySettings.class),
            lifecycle,
            Time.system(),
            around.objects());
    JobServices services =
        new JobServices(
            new ArtifactStore(around.objects()),
            around.publisher(),
            around.jobs(),
            new Leases(around.objects(), instance, settings, around.time()),
            new Checkpoints(around.objects(), settings),
            retry,
            lifecycle,
            settings,
            around.meters(),
            new StageMetrics(around.meters()),
            around.time(),
            new Lanes(settings, around.time()));
    return new TestProcess(
        new DefaultStageRunner(
            services,
            lifecycle,
            new EventMessages(retry, new OversizedDeadLetters(Map.of())),
            around.jobs(),
            around.meters(),
            new RunTraces(OpenTelemetry.noop())),
        lifecycle);
  }

  /** Settings with which no test waits long, some of them changed. */
  public static SmallRyeConfig settings(Map<String, String> changed) {
    return new SmallRyeConfigBuilder()
        .addDiscoveredConverters()
        .withMapping(StageSettings.class)
        .withMapping(RetrySettings.class)
        .withDefaultValue("winnow.stage.heartbeat-interval", "20ms")
        .withDefaultValue("winnow.stage.lease-time", "2s")
        .withDefaultValue("winnow.stage.progress-interval", "5ms")
        .withDefaultValue("winnow.retry.initial-delay", "2ms")
        .withDefaultValue("winnow.retry.max-delay", "10ms")
        .withDefaultValue("winnow.stage.scratch", "target/scratch")
        .withDefaultValues(changed)
        .build();
  }
}
