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
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What a run has produced, for comparison with another run of the same spec.
 *
 * @param contents sha-256 by key: every object of every artifact, and the manifests themselves
 * @param topics topics with at least one event of the run
 * @param danglingEvents events that refer to a missing artifact
 */
public record Audit(Map<String, String> contents, Set<String> topics, Set<String> danglingEvents) {

  /**
   * Audits a run.
   *
   * @param lineage the artifacts of the run
   * @param records all events of the run
   */
  static Audit of(
      ObjectStore store, Lineage lineage, List<ConsumerRecord<byte[], byte[]>> records) {
    Set<String> topics = new TreeSet<>();
    Set<String> danglingEvents = new TreeSet<>();
    Set<ObjectRef> checked = new HashSet<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      topics.add(record.topic());
      for (ArtifactRef artifact : artifacts(record)) {
        if (checked.add(artifact.manifest()) && !exists(store, artifact.manifest())) {
          danglingEvents.add(record.topic() + " refers to " + artifact.address());
        }
      }
    }
    return new Audit(contents(store, lineage), topics, danglingEvents);
  }

  private static boolean exists(ObjectStore store, ObjectRef manifest) {
    return store
        .stat(manifest.key())
        .filter(stored -> stored.sha256().equals(manifest.sha256()))
        .isPresent();
  }

  /** All artifacts that an event refers to. */
  private static List<ArtifactRef> artifacts(ConsumerRecord<byte[], byte[]> record) {
    List<ArtifactRef> artifacts = new ArrayList<>();
    try {
      collect(Json.mapper().readTree(record.value()), artifacts);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return artifacts;
  }

  private static void collect(JsonNode node, List<ArtifactRef> artifacts)
      throws JsonProcessingException {
    if (node.isObject() && node.has("address") && node.has("digest") && node.has("manifest")) {
      artifacts.add(Json.mapper().treeToValue(node, ArtifactRef.class));
    }
    for (JsonNode child : node) {
      collect(child, artifacts);
    }
  }

  /** Returns the sha-256 of every object of every artifact, and of the manifests, by key. */
  public static Map<String, String> contents(ObjectStore store, Lineage lineage) {
    ArtifactStore artifacts = new ArtifactStore(store);
    Map<String, String> contents = new TreeMap<>();
    lineage
        .artifacts()
        .values()
        .forEach(
            artifact -> {
              contents.put(artifact.address(), artifact.manifest().sha256());
              for (Manifest.Entry entry : artifacts.open(artifact).manifest().entries()) {
                contents.put(entry.object().key(), entry.object().sha256());
              }
            });
    return contents;
  }

  /** Keys with another content than in the undisturbed run, or that only one of them has. */
  List<String> differingObjects(Audit undisturbed) {
    Set<String> keys = new TreeSet<>(contents.keySet());
    keys.addAll(undisturbed.contents.keySet());
    return keys.stream()
        .filter(key -> !Objects.equals(contents.get(key), undisturbed.contents.get(key)))
        .toList();
  }

  /** Topics with events of the undisturbed run and none of this one. */
  List<String> lostEvents(Audit undisturbed) {
    return undisturbed.topics.stream().filter(topic -> !topics.contains(topic)).toList();
  }
}
