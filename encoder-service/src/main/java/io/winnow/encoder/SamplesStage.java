package io.winnow.encoder;

import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.StageNames;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.SamplesGenerated;
import io.winnow.contracts.event.Subject;
import io.winnow.stage.api.JobContext;
import io.winnow.stage.api.Stage;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactStore;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;

/**
 * Requests the features of a model's samples from the encoder of the run's data set. It produces
 * nothing itself: its artifact is the samples, which exist already.
 */
@ApplicationScoped
public class SamplesStage implements Stage<SamplesGenerated> {
  private final ArtifactStore store;

  SamplesStage(ArtifactStore store) {
    this.store = store;
  }

  @Override
  public String name() {
    return StageNames.ORDER_SAMPLES;
  }

  @Override
  public boolean silent() {
    return true;
  }

  @Override
  public Address address(SamplesGenerated event) {
    ArtifactRef samples = encoding(event).images();
    // its own digest: leases are by digest, and the samples' digest is leased by the sampling job
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
  public void run(SamplesGenerated event, JobContext job) {
    throw new InvalidInputException(
        "the samples " + encoding(event).images().address() + " are not in the store",
        "submit the run again, and do not delete objects of running runs");
  }

  @Override
  public List<Event> next(SamplesGenerated event, Artifact samples) {
    return encoding(event).begin(store);
  }

  private static Encoding encoding(SamplesGenerated event) {
    return new Encoding(event.run(), event.lineage(), Subject.SAMPLES);
  }
}
