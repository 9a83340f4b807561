package io.winnow.stage.internal;

import com.fasterxml.jackson.databind.JsonNode;
import io.winnow.contracts.Json;
import io.winnow.contracts.ObjectRef;
import io.winnow.store.object.ObjectStore;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the store holds of a spec's checkpoints. */
record StoredCheckpoints(ObjectStore objects, String specName) {

  String prefix() {
    return "checkpoints/" + TestStage.addressOf(specName).digest() + "/";
  }

  List<String> keys() {
    return objects.list(prefix()).stream().map(ObjectRef::key).toList();
  }

  /** Numbers of those that exist, rising. */
  List<Long> numbers() {
    return pointers()
        .map(key -> Long.parseLong(key.substring(prefix().length(), key.length() - 5)))
        .toList();
  }

  /** Positions of those that exist, by number. */
  List<Long> positions() {
    return pointers()
        .map(objects::find)
        .flatMap(Optional::stream)
        .map(content -> Json.parse(content, JsonNode.class, "pointer").get("position").asLong())
        .toList();
  }

  private Stream<String> pointers() {
    return keys().stream().filter(key -> key.endsWith(".json"));
  }
}
