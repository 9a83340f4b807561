package io.winnow.trainer;

import io.smallrye.reactive.messaging.annotations.Blocking;
import io.winnow.contracts.event.FeaturesReady;
import io.winnow.contracts.event.ModelTrained;
import io.winnow.contracts.event.ReferenceRequested;
import io.winnow.contracts.event.WeightsDerived;
import io.winnow.stage.api.StageRunner;
import io.winnow.trainer.quality.EvaluateStage;
import io.winnow.trainer.sample.SampleStage;
import io.winnow.trainer.train.TrainReferenceStage;
import io.winnow.trainer.train.TrainStage;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/** The topics that start the stages. */
@ApplicationScoped
public class TrainerChannels {
  private final StageRunner runner;
  private final TrainReferenceStage trainReference;
  private final TrainStage train;
  private final SampleStage sample;
  private final EvaluateStage evaluate;

  TrainerChannels(
      StageRunner runner,
      TrainReferenceStage trainReference,
      TrainStage train,
      SampleStage sample,
      EvaluateStage evaluate) {
    this.runner = runner;
    this.trainReference = trainReference;
    this.train = train;
    this.sample = sample;
    this.evaluate = evaluate;
  }

  @Incoming("reference-requested")
  @Blocking(value = "trainings", ordered = false)
  CompletionStage<Void> onReferenceRequested(Message<byte[]> message) {
    return runner.handle(trainReference, ReferenceRequested.class, message);
  }

  @Incoming("weights-derived")
  @Blocking(value = "trainings", ordered = false)
  CompletionStage<Void> onWeightsDerived(Message<byte[]> message) {
    return runner.handle(train, WeightsDerived.class, message);
  }

  @Incoming("model-trained")
  @Blocking(value = "jobs", ordered = false)
  CompletionStage<Void> onModelTrained(Message<byte[]> message) {
    return runner.handle(sample, ModelTrained.class, message);
  }

  @Incoming("features-ready")
  @Blocking(value = "jobs", ordered = false)
  CompletionStage<Void> onFeaturesReady(Message<byte[]> message) {
    return runner.handle(evaluate, FeaturesReady.class, message);
  }
}
