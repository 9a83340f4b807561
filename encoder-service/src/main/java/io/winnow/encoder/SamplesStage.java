package io.winnow.encoder;

import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.SamplesGenerated;
import io.winnow.contracts.event.Subject;
import io.winnow.stage.api.Stage;
import io.winnow.stage.api.JobContext;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.Committed;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;

/**
 * Sends a model's samples through the encoder of the run's data set. Makes nothing itself: its
 * artifact is the samples, which are there.
 */
@ApplicationScoped
public class SamplesStage implements Stage<SamplesGenerated> {
  private final ArtifactStore store;

  SamplesStage(ArtifactStore store) {
    this.store = store;
  }

  @Override
  public String name() {
    return "order-samples";
  }

  @Override
  public boolean silent() {
    return true;
  }

  @Override
  public Address address(SamplesGenerated event) {
    ArtifactRef samples = encoding(event).images();
    // a digest of its own: leases go by digest, and the samples' one is their maker's
    Address order = Address.of("orders", name(), "1", Map.of(), List.of(samples.digest()));
    return new Address(
        samples.address(),
        order.digest(),
        order.stage(),
        order.version(),
        order.parameters(),
        order.inputs());
  }

  @Override
  public void run(SamplesGenerated event, JobContext work) {
    throw new InvalidInputException(
        "the samples " + encoding(event).images().address() + " are not in the store",
        "submit the run again, and keep objects of running runs");
  }

  @Override
  public List<Event> next(SamplesGenerated event, Committed samples) {
    return encoding(event).begin(store);
  }

  private static Encoding encoding(SamplesGenerated event) {
    return new Encoding(event.run(), event.lineage(), Subject.SAMPLES);
  }
}
