package io.winnow.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.chaos.DrawnImages;
import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.Json;
import io.winnow.contracts.event.EventType;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.StageRecord;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.local.client.RunClient;
import io.winnow.local.system.LocalSystem;
import io.winnow.local.system.Replica;
import io.winnow.local.system.Service;
import io.winnow.local.system.SystemOptions;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.Manifest;
import io.winnow.store.artifact.RunFolder;
import io.winnow.store.object.MinioObjectStore;
import io.winnow.torch.kernel.KernelArchive;
import io.winnow.torch.kernel.KernelSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Two encoders share the shards of a run, and one of them is killed. */
@ExtendWith(SharedSystem.Extension.class)
class ReplicasIT {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String KEY = "surrogates/spread.pt";
  private static final Replica FIRST = new Replica(Service.ENCODER, 0);
  private static final Replica SECOND = new Replica(Service.ENCODER, 1);
  // 4 features, and enough work that a shard takes a while
  private static final String SOURCE =
      """
      def forward(self: __torch__.Kernel, x: Tensor) -> Tensor:
        w = torch.sin(torch.reshape(torch.arange(36, dtype=6), [4, 1, 3, 3]))
        h = torch.relu(torch.conv2d(x, w, None, [1, 1], [1, 1], [1, 1], 1))
        big = torch.matmul(torch.full([1200, 1200], 0.01), torch.full([1200, 1200], 0.01))
        return torch.add(torch.mean(h, [2, 3]), torch.mul(torch.mean(big), 0.))
      """;

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir Path folder;

  @Test
  void aReplicaThatIsKilledForGoodChangesNoByteOfTheFeatures(SharedSystem shared) throws Exception {
    // given the features that one encoder makes of a data set of 16 shards, undisturbed
    DrawnImages.write(folder.resolve("shapes"), 16);
    putSurrogate(shared.store());
    Map<String, String> undisturbed =
        contents(
            shared.store(),
            encoded(shared.system(), shared.store(), shared.client().submit(spec())));

    try (LocalSystem system = LocalSystem.start(options("two"));
        MinioObjectStore store = new MinioObjectStore(system.connection().store());
        RunClient client = new RunClient(system.connection().kafkaClients(), store)) {
      // when two share the work, and one is killed halfway and not started again
      putSurrogate(store);
      Run run = client.submit(spec());
      await(
          system,
          "shards from both",
          () -> done(system, FIRST, run) >= 2 && done(system, SECOND, run) >= 2);
      system.kill(SECOND);
      int before = shards(store);
      ArtifactRef features = encoded(system, store, run);

      // then there was work left, the other finished it, and everything is the same byte for byte
      assertThat(before).isLessThan(16);
      assertThat(contents(store, features)).isEqualTo(undisturbed);
      // and the end was told once
      await(system, "a coreset", () -> steps(store, run).contains("select"));
      assertThat(told(system, run)).isEqualTo(1);
    }
  }

  private SystemOptions options(String home) {
    // declared dead soon
    Map<String, String> encoder =
        Map.of(
            "mp.messaging.connector.smallrye-kafka.session.timeout.ms", "6000",
            "mp.messaging.connector.smallrye-kafka.heartbeat.interval.ms", "1000",
            "winnow.stage.lease-time", "4s");
    return TestRuns.options(folder.resolve(home), 2, Map.of(Service.ENCODER, encoder));
  }

  private static void putSurrogate(MinioObjectStore store) {
    store.put(KEY, KernelArchive.pack(new KernelSource("spread", List.of(SOURCE))));
  }

  private RunSpec spec() {
    return RunSpec.parse(
        Json.bytes(
            Map.of(
                "dataset",
                Map.of("source", folder.resolve("shapes").toString(), "shardRows", 2),
                "surrogate",
                Map.of("source", KEY, "encodeBatch", 2),
                "selection",
                Map.of("criterion", "random"),
                "reweight",
                Map.of("method", "uniform"),
                "training",
                Map.of("images", 64))),
        "the spec");
  }

  private static ArtifactRef encoded(LocalSystem system, MinioObjectStore store, Run run)
      throws InterruptedException {
    RunFolder runFolder = new RunFolder(store, run.id());
    await(
        system,
        "features",
        () -> runFolder.stages().stream().anyMatch(step -> step.stage().equals("encode")));
    return runFolder.stages().stream()
        .filter(step -> step.stage().equals("encode"))
        .map(StageRecord::artifact)
        .findFirst()
        .orElseThrow();
  }

  private static int shards(MinioObjectStore store) {
    return (int)
        store.list("features/").stream()
            .filter(object -> object.key().matches(".*/shard-\\d+/manifest\\.json"))
            .count();
  }

  private static List<String> steps(MinioObjectStore store, Run run) {
    return new RunFolder(store, run.id()).stages().stream().map(StageRecord::stage).toList();
  }

  /** How often the run's features were announced so far. */
  private static long told(LocalSystem system, Run run) {
    Map<String, Object> settings = system.connection().kafkaClients();
    String topic = EventType.FEATURES_READY.topic();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(partition -> new TopicPartition(topic, partition.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      long told = 0;
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        for (ConsumerRecord<String, byte[]> said : consumer.poll(Duration.ofMillis(200))) {
          told += run.id().equals(said.key()) ? 1 : 0;
        }
      }
      return told;
    }
  }

  /** Shards that a replica says it has encoded. */
  private static long done(LocalSystem system, Replica replica, Run run) {
    URI jobs =
        URI.create(
            system.connection().services().get(replica.name())
                + "/jobs?state=succeeded&run="
                + run.id());
    try {
      String json =
          HTTP.send(HttpRequest.newBuilder(jobs).build(), HttpResponse.BodyHandlers.ofString())
              .body();
      return StreamSupport.stream(Json.mapper().readTree(json).spliterator(), false)
          .filter(job -> job.get("stage").asText().equals("encode"))
          .count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** sha-256 of every object of the features, and of their manifest. */
  private static Map<String, String> contents(MinioObjectStore store, ArtifactRef features) {
    Map<String, String> contents = new TreeMap<>();
    contents.put(features.address(), features.manifest().sha256());
    for (Manifest.Entry entry : new ArtifactStore(store).open(features).manifest().entries()) {
      contents.put(entry.object().key(), entry.object().sha256());
    }
    return contents;
  }

  private static void await(LocalSystem system, String what, BooleanSupplier there)
      throws InterruptedException {
    Instant deadline = Instant.now().plus(PATIENCE);
    while (!there.getAsBoolean()) {
      assertThat(system.failure()).isEmpty();
      assertThat(Instant.now()).as(what).isBefore(deadline);
      Thread.sleep(50);
    }
  }
}
