package io.winnow.encoder;

import io.winnow.store.artifact.ArtifactStore;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.LinkedHashMap;
import java.util.Map;

/** The {@link EncodedShards} of the most recent runs. */
@ApplicationScoped
public class Encodings {
  private static final int KEPT = 16;

  private final ArtifactStore store;
  private final Map<Key, EncodedShards> recent = new LinkedHashMap<>();

  // by run: between two runs somebody may delete features from the store
  private record Key(String run, String features) {}

  Encodings(ArtifactStore store) {
    this.store = store;
  }

  /** The shards of an encoding; the store is listed if they are not known yet. */
  synchronized EncodedShards shards(Encoding encoding) {
    Key key = new Key(encoding.run().id(), encoding.address().path());
    EncodedShards shards = recent.remove(key);
    if (shards == null) {
      shards = new EncodedShards(store, encoding);
    }
    recent.put(key, shards);
    if (recent.size() > KEPT) {
      recent.remove(recent.keySet().iterator().next());
    }
    return shards;
  }
}
