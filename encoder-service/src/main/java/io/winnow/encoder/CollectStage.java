package io.winnow.encoder;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.ShardEncoded;
import io.winnow.contracts.event.Subject;
import io.winnow.datasets.Dataset;
import io.winnow.stage.api.JobContext;
import io.winnow.stage.api.Stage;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.Manifest;
import java.util.List;

/**
 * Collects the features of all shards in {@code features/<digest>}: a manifest that refers to every
 * shard's features, with attributes {@code dimension} and {@code classes} (how many).
 */
final class CollectStage implements Stage<ShardEncoded> {
  private final Subject subject;
  private final ArtifactStore store;
  private final Encodings encodings;

  CollectStage(Subject subject, ArtifactStore store, Encodings encodings) {
    this.subject = subject;
    this.store = store;
    this.encodings = encodings;
  }

  @Override
  public String name() {
    return Encoding.stageName(subject);
  }

  @Override
  public boolean ready(ShardEncoded event) {
    return complete(Encoding.of(event), event.shards());
  }

  /** One shard's event is enough: otherwise each would announce the features again. */
  @Override
  public boolean oncePerRun() {
    return true;
  }

  private boolean complete(Encoding encoding, int shards) {
    return store.reuse(encoding.address().path()).isPresent()
        || encodings.shards(encoding).complete(shards);
  }

  @Override
  public Address address(ShardEncoded event) {
    return Encoding.of(event).address();
  }

  @Override
  public void run(ShardEncoded event, JobContext job) {
    Encoding encoding = Encoding.of(event);
    Dataset dataset = Dataset.open(job.store(), encoding.images());
    Integer dimension = null;
    long total = dataset.shards().stream().mapToLong(s -> s.object().rows()).sum();
    for (int i = 0; i < dataset.shards().size(); i++) {
      Artifact part = part(encoding, i);
      int d = part.attribute("dimension", Integer.class);
      if (dimension != null && d != dimension) {
        throw new InvalidInputException(
            "%s has %d features per row, other shards have %d"
                .formatted(part.ref().address(), d, dimension),
            "delete " + encoding.address().path() + " from the store and encode again");
      }
      dimension = d;
      Manifest.Entry entry = part.entry(Encoding.FEATURES);
      job.draft()
          .refer(Encoding.partName(i) + "/" + Encoding.FEATURES, entry.object(), entry.split());
      job.cost(part.cost());
      // all images are encoded: only references are collected here
      job.progress(total, total, "images", null);
    }
    job.draft().attribute("dimension", dimension);
    job.draft().attribute("classes", dataset.classes().size());
  }

  private Artifact part(Encoding encoding, int shard) {
    String path = encoding.part(shard).path();
    return store
        .find(path)
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "the features of a shard, " + path + ", are no longer in the store",
                    "submit the run again, and do not delete objects of running runs"));
  }

  @Override
  public List<Event> next(ShardEncoded event, Artifact artifact) {
    return List.of(Encoding.of(event).ready(artifact.ref()));
  }
}
