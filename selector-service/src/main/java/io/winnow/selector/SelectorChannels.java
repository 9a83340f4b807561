package io.winnow.selector;

import io.smallrye.reactive.messaging.annotations.Blocking;
import io.winnow.contracts.event.DatasetReady;
import io.winnow.contracts.event.FeaturesReady;
import io.winnow.contracts.event.LossesScored;
import io.winnow.contracts.event.ReferenceTrained;
import io.winnow.stage.api.Join;
import io.winnow.stage.api.StageRunner;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/** Which topic starts which stage. */
@ApplicationScoped
public class SelectorChannels {
  private final StageRunner runner;
  private final Join<FeaturesReady, LossesScored> select;
  private final ScoreLossesStage<DatasetReady> scoreByNamed;
  private final ScoreLossesStage<ReferenceTrained> scoreByTrained;

  SelectorChannels(StageRunner runner, SelectStage select, LossTools tools) {
    this.runner = runner;
    this.select = new Join<>(select, FeaturesReady.class, LossesScored.class, SelectStage::waits);
    this.scoreByNamed =
        new ScoreLossesStage<>(
            tools, ScoreLossesStage::ofNamedReference, DatasetReady::run, DatasetReady::lineage);
    this.scoreByTrained =
        new ScoreLossesStage<>(
            tools,
            ScoreLossesStage::ofTrainedReference,
            ReferenceTrained::run,
            ReferenceTrained::lineage);
  }

  @Incoming("dataset-ready")
  @Blocking(value = "trainings", ordered = false)
  public CompletionStage<Void> onDatasetReady(Message<byte[]> message) {
    return runner.handle(scoreByNamed, DatasetReady.class, message);
  }

  @Incoming("reference-trained")
  @Blocking(value = "trainings", ordered = false)
  public CompletionStage<Void> onReferenceTrained(Message<byte[]> message) {
    return runner.handle(scoreByTrained, ReferenceTrained.class, message);
  }

  @Incoming("losses-scored")
  @Blocking(value = "jobs", ordered = false)
  public CompletionStage<Void> onLossesScored(Message<byte[]> message) {
    return runner.handleSignal(select, message);
  }

  @Incoming("features-ready")
  @Blocking(value = "jobs", ordered = false)
  public CompletionStage<Void> onFeaturesReady(Message<byte[]> message) {
    return runner.handleInput(select, message);
  }
}
