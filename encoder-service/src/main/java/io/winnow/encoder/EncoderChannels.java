package io.winnow.encoder;

import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.reactive.messaging.annotations.Blocking;
import io.winnow.contracts.Json;
import io.winnow.contracts.event.DatasetImported;
import io.winnow.contracts.event.DatasetReady;
import io.winnow.contracts.event.RunRequested;
import io.winnow.contracts.event.SamplesGenerated;
import io.winnow.contracts.event.ShardEncode;
import io.winnow.contracts.event.ShardEncoded;
import io.winnow.contracts.event.Subject;
import io.winnow.stage.api.StageRunner;
import io.winnow.store.artifact.ArtifactStore;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/** Maps each topic to the stage that it starts. */
@ApplicationScoped
public class EncoderChannels {
  private final StageRunner runner;
  private final ImportStage importing;
  private final LatentsStage latents;
  private final SurrogateStage surrogate;
  private final SamplesStage samples;
  private final Map<Subject, EncodeStage> encode;
  private final Map<Subject, CollectStage> collect;

  EncoderChannels(
      StageRunner runner,
      ImportStage importing,
      LatentsStage latents,
      SurrogateStage surrogate,
      SamplesStage samples,
      ArtifactStore store,
      Encoders encoders,
      Encodings encodings) {
    this.runner = runner;
    this.importing = importing;
    this.latents = latents;
    this.surrogate = surrogate;
    this.samples = samples;
    this.encode = bySubject(subject -> new EncodeStage(subject, store, encoders, encodings));
    this.collect = bySubject(subject -> new CollectStage(subject, store, encodings));
  }

  private static <S> Map<Subject, S> bySubject(Function<Subject, S> stage) {
    return Stream.of(Subject.values()).collect(Collectors.toMap(s -> s, stage));
  }

  @Incoming("run-requested")
  @Blocking(value = "imports", ordered = false)
  public CompletionStage<Void> onRunRequested(Message<byte[]> message) {
    return runner.handle(importing, RunRequested.class, message);
  }

  @Incoming("dataset-imported")
  @Blocking(value = "jobs", ordered = false)
  public CompletionStage<Void> onDatasetImported(Message<byte[]> message) {
    return runner.handle(latents, DatasetImported.class, message);
  }

  @Incoming("dataset-ready")
  @Blocking(value = "trainings", ordered = false)
  public CompletionStage<Void> onDatasetReady(Message<byte[]> message) {
    return runner.handle(surrogate, DatasetReady.class, message);
  }

  // one at a time: shards that this replica holds, no other can encode
  @Incoming("shard-encode")
  @Blocking("shards")
  public CompletionStage<Void> onShardEncode(Message<byte[]> message) {
    return runner.handle(encode.get(subject(message)), ShardEncode.class, message);
  }

  @Incoming("shard-encoded")
  @Blocking(value = "jobs", ordered = false)
  public CompletionStage<Void> onShardEncoded(Message<byte[]> message) {
    return runner.handle(collect.get(subject(message)), ShardEncoded.class, message);
  }

  @Incoming("samples-generated")
  @Blocking(value = "jobs", ordered = false)
  public CompletionStage<Void> onSamplesGenerated(Message<byte[]> message) {
    return runner.handle(samples, SamplesGenerated.class, message);
  }

  // decides only the stage's name: the runner rejects a message that cannot be read
  private static Subject subject(Message<byte[]> message) {
    try {
      JsonNode subject = Json.mapper().readTree(message.getPayload()).path("subject");
      Subject known = Json.mapper().convertValue(subject, Subject.class);
      return known == null ? Subject.DATASET : known;
    } catch (IOException | IllegalArgumentException e) {
      return Subject.DATASET;
    }
  }
}
