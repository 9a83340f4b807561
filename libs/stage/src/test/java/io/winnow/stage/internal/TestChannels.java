package io.winnow.stage.internal;

import io.smallrye.reactive.messaging.annotations.Blocking;
import io.winnow.contracts.event.RunRequested;
import io.winnow.stage.api.StageRunner;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/** The wiring that a service has. */
@ApplicationScoped
class TestChannels {
  private final StageRunner runner;
  private final TestStage stage;

  TestChannels(StageRunner runner, TestStage stage) {
    this.runner = runner;
    this.stage = stage;
  }

  @Incoming("run-requested")
  @Blocking(value = "jobs", ordered = false)
  CompletionStage<Void> onRequested(Message<byte[]> message) {
    return runner.handle(stage, RunRequested.class, message);
  }
}
