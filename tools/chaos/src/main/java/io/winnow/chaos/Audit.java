package io.winnow.chaos;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.Json;
import io.winnow.contracts.Lineage;
import io.winnow.contracts.ObjectRef;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.Manifest;
import io.winnow.store.object.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What a run has left, compared with what it should have.
 *
 * @param contents sha-256 by key: every object of every artifact, and the manifests themselves
 * @param said topics on which something was said of the run
 * @param groundless artifacts that an event names and that are not there
 */
public record Audit(Map<String, String> contents, Set<String> said, Set<String> groundless) {

  /**
   * @param records all that was said of the run
   */
  static Audit of(
      ObjectStore store, Lineage lineage, List<ConsumerRecord<byte[], byte[]>> records) {
    Set<String> said = new TreeSet<>();
    Set<String> groundless = new TreeSet<>();
    Set<ObjectRef> looked = new HashSet<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      said.add(record.topic());
      for (ArtifactRef named : named(record)) {
        if (looked.add(named.manifest())
            && store
                .stat(named.manifest().key())
                .filter(there -> there.sha256().equals(named.manifest().sha256()))
                .isEmpty()) {
          groundless.add(record.topic() + " names " + named.address());
        }
      }
    }
    return new Audit(contents(store, lineage), said, groundless);
  }

  private static List<ArtifactRef> named(ConsumerRecord<byte[], byte[]> record) {
    List<ArtifactRef> named = new ArrayList<>();
    try {
      collect(Json.mapper().readTree(record.value()), named);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return named;
  }

  private static void collect(JsonNode node, List<ArtifactRef> named)
      throws JsonProcessingException {
    if (node.isObject() && node.has("address") && node.has("digest") && node.has("manifest")) {
      named.add(Json.mapper().treeToValue(node, ArtifactRef.class));
    }
    for (JsonNode child : node) {
      collect(child, named);
    }
  }

  /** sha-256 of every object of every artifact, and of the manifests themselves. */
  public static Map<String, String> contents(ObjectStore store, Lineage lineage) {
    ArtifactStore artifacts = new ArtifactStore(store);
    Map<String, String> contents = new TreeMap<>();
    Stream.of(
            lineage.dataset(),
            lineage.latents(),
            lineage.encoder(),
            lineage.features(),
            lineage.coreset(),
            lineage.reference(),
            lineage.weights(),
            lineage.model(),
            lineage.samples(),
            lineage.sampleFeatures())
        .filter(Objects::nonNull)
        .forEach(
            artifact -> {
              contents.put(artifact.address(), artifact.manifest().sha256());
              for (Manifest.Entry entry : artifacts.open(artifact).manifest().entries()) {
                contents.put(entry.object().key(), entry.object().sha256());
              }
            });
    return contents;
  }

  /** Keys whose content is another than in an undisturbed run, or that only one of them has. */
  List<String> differing(Audit undisturbed) {
    Set<String> keys = new TreeSet<>(contents.keySet());
    keys.addAll(undisturbed.contents.keySet());
    return keys.stream()
        .filter(key -> !Objects.equals(contents.get(key), undisturbed.contents.get(key)))
        .toList();
  }

  /** Topics on which an undisturbed run says something and this one did not. */
  List<String> lost(Audit undisturbed) {
    return undisturbed.said.stream().filter(topic -> !said.contains(topic)).toList();
  }
}
