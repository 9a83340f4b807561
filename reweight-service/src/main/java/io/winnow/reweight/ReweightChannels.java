package io.winnow.reweight;

import io.smallrye.reactive.messaging.annotations.Blocking;
import io.winnow.contracts.event.CoresetSelected;
import io.winnow.contracts.event.DatasetReady;
import io.winnow.contracts.event.ReferenceTrained;
import io.winnow.stage.StageRunner;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/** Which topic starts which stage. */
@ApplicationScoped
public class ReweightChannels {
  private final StageRunner runner;
  private final RequestReferenceStage request;
  private final AfterCoreset afterCoreset;
  private final AfterReference afterReference;

  ReweightChannels(
      StageRunner runner,
      RequestReferenceStage request,
      AfterCoreset afterCoreset,
      AfterReference afterReference) {
    this.runner = runner;
    this.request = request;
    this.afterCoreset = afterCoreset;
    this.afterReference = afterReference;
  }

  @Incoming("dataset-ready")
  @Blocking("jobs")
  public CompletionStage<Void> onDatasetReady(Message<byte[]> message) {
    return runner.handle(request, DatasetReady.class, message);
  }

  @Incoming("coreset-selected")
  @Blocking("jobs")
  public CompletionStage<Void> onCoresetSelected(Message<byte[]> message) {
    return runner.handle(afterCoreset, CoresetSelected.class, message);
  }

  @Incoming("reference-trained")
  @Blocking("jobs")
  public CompletionStage<Void> onReferenceTrained(Message<byte[]> message) {
    return runner.handle(afterReference, ReferenceTrained.class, message);
  }
}
