package io.winnow.reweight;

import io.smallrye.reactive.messaging.annotations.Blocking;
import io.winnow.contracts.event.CoresetSelected;
import io.winnow.contracts.event.DatasetReady;
import io.winnow.contracts.event.ReferenceTrained;
import io.winnow.stage.api.Join;
import io.winnow.stage.api.StageRunner;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/** The topics that start the stages. */
@ApplicationScoped
public class ReweightChannels {
  private final StageRunner runner;
  private final RequestReferenceStage request;
  private final Join<CoresetSelected, ReferenceTrained> reweight;

  ReweightChannels(StageRunner runner, RequestReferenceStage request, ReweightStage reweight) {
    this.runner = runner;
    this.request = request;
    this.reweight =
        new Join<>(reweight, CoresetSelected.class, ReferenceTrained.class, ReweightStage::waits);
  }

  @Incoming("dataset-ready")
  @Blocking(value = "jobs", ordered = false)
  public CompletionStage<Void> onDatasetReady(Message<byte[]> message) {
    return runner.handle(request, DatasetReady.class, message);
  }

  @Incoming("coreset-selected")
  @Blocking(value = "trainings", ordered = false)
  public CompletionStage<Void> onCoresetSelected(Message<byte[]> message) {
    return runner.handleInput(reweight, message);
  }

  @Incoming("reference-trained")
  @Blocking(value = "trainings", ordered = false)
  public CompletionStage<Void> onReferenceTrained(Message<byte[]> message) {
    return runner.handleSignal(reweight, message);
  }
}
