package io.winnow.selector;

import io.smallrye.reactive.messaging.annotations.Blocking;
import io.winnow.contracts.event.FeaturesReady;
import io.winnow.stage.StageRunner;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/** Which topic starts which stage. */
@ApplicationScoped
public class SelectorChannels {
  private final StageRunner runner;
  private final SelectStage select;

  SelectorChannels(StageRunner runner, SelectStage select) {
    this.runner = runner;
    this.select = select;
  }

  @Incoming("features-ready")
  @Blocking("jobs")
  public CompletionStage<Void> onFeaturesReady(Message<byte[]> message) {
    return runner.handle(select, FeaturesReady.class, message);
  }
}
