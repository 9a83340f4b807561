package io.winnow.store.artifact;

import com.fasterxml.jackson.databind.JsonNode;
import io.winnow.contracts.Causes;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.run.StageRecord;
import io.winnow.store.object.CanonicalJson;
import io.winnow.store.object.ObjectStore;
import io.winnow.store.tensor.SafeTensors;
import io.winnow.store.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An artifact that is being made. Its objects are written to {@code <address>/<name>} immediately,
 * but the artifact exists only once {@link #commit} has written the manifest. Not thread-safe.
 */
public final class ArtifactDraft {
  private static final long IN_MEMORY_BYTES = 16L << 20;

  private final ArtifactStore store;
  private final ObjectStore objects;
  private final Address address;
  private final TreeMap<String, Manifest.Entry> entries = new TreeMap<>();
  private final Map<String, JsonNode> attributes = new TreeMap<>();
  private final List<String> written = new ArrayList<>();

  ArtifactDraft(ArtifactStore store, Address address) {
    this.store = store;
    this.objects = store.objects();
    this.address = address;
  }

  public Address address() {
    return address;
  }

  /**
   * Writes an object.
   *
   * @param name below the address, e.g. {@code shard-000000.safetensors}; new in this draft
   * @param rows number of rows, or null
   * @param split {@code train}, {@code heldout} … for shards, otherwise null
   */
  public ObjectRef put(String name, byte[] content, Long rows, String split) {
    return put(name, rows, split, key -> objects.put(key, content));
  }

  /** Writes an object from a file. */
  public ObjectRef put(String name, Path file, Long rows, String split) {
    return put(name, rows, split, key -> objects.put(key, file));
  }

  /** Writes tensors as safetensors. */
  public ObjectRef putTensors(String name, Map<String, Tensor> tensors, Long rows, String split) {
    if (SafeTensors.size(tensors, Map.of()) <= IN_MEMORY_BYTES) {
      return put(name, SafeTensors.bytes(tensors, Map.of()), rows, split);
    }
    try {
      Path directory = Files.createTempDirectory("winnow-tensors");
      Path file = directory.resolve("tensors");
      try {
        SafeTensors.write(file, tensors, Map.of());
        return put(name, file, rows, split);
      } finally {
        Files.deleteIfExists(file);
        Files.delete(directory);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot write " + name + " to a temporary file: " + Causes.of(e), e);
    }
  }

  /**
   * Adds an entry for an object that an earlier attempt at this artifact has written. Objects are
   * written completely or not at all, and an address always has the same bytes.
   *
   * @return empty, and no entry is added, if there is no such object
   */
  public Optional<ObjectRef> reuse(String name, Long rows, String split) {
    Optional<ObjectRef> there =
        objects
            .stat(address.path() + "/" + name)
            .filter(o -> o.sha256() != null)
            .map(o -> new ObjectRef(o.key(), o.sha256(), o.size(), rows));
    there.ifPresent(object -> refer(name, object, split));
    return there;
  }

  /** Adds an entry for an object with another address. */
  public void refer(String name, ObjectRef existing, String split) {
    requireNew(name);
    entries.put(name, new Manifest.Entry(name, existing, split));
  }

  /** Sets an attribute for readers: any JSON value, but no times (see {@link Manifest}). */
  public void attribute(String name, Object jsonValue) {
    attributes.put(name, CanonicalJson.tree(jsonValue));
  }

  /**
   * Commits the artifact: checks that every object is in the store with its size, writes its cost,
   * then the manifest unless one exists. Adds the attribute {@code rows} (rows by split) if entries
   * have splits and it was not set.
   *
   * @return the committed artifact: this one, or that of the process that was first
   * @throws InvalidInputException an object is missing or has another size; nothing was committed
   */
  public Artifact commit(StageRecord.Cost cost) {
    return store.find(address.path()).orElseGet(() -> create(cost));
  }

  /** Removes the objects, unless the artifact was committed, by whichever process. */
  public void discard() {
    if (isCommitted()) {
      return;
    }
    written.forEach(objects::delete);
    written.clear();
    entries.clear();
  }

  private Artifact create(StageRecord.Cost cost) {
    if (!attributes.containsKey("rows")) {
      Map<String, Long> rows = rows();
      if (!rows.isEmpty()) {
        attribute("rows", rows);
      }
    }
    Manifest manifest =
        new Manifest(
            address.digest(),
            address.stage(),
            address.version(),
            address.parameters(),
            address.inputs(),
            List.copyOf(entries.values()),
            attributes);
    requireWhole(manifest);
    objects.put(address.path() + "/" + ArtifactStore.COST, CanonicalJson.bytes(cost));
    objects.create(manifestKey(), CanonicalJson.bytes(manifest));
    return store
        .find(address.path())
        .orElseThrow(
            () -> new IllegalStateException(manifestKey() + " vanished while it was committed"));
  }

  private void requireWhole(Manifest manifest) {
    List<Parts.Problem> problems = new Parts(objects).problems(address.path(), manifest, false);
    if (!problems.isEmpty()) {
      throw new InvalidInputException(
          "artifact "
              + address.path()
              + " is not stored, because an object was deleted or altered while it was made: "
              + problems.get(0).text()
              + (problems.size() > 1 ? ", and " + (problems.size() - 1) + " more" : ""),
          "make it again; end whatever else deletes objects from the store");
    }
  }

  private Map<String, Long> rows() {
    Map<String, Long> rows = new LinkedHashMap<>();
    for (Manifest.Entry e : entries.values()) {
      if (e.split() != null && e.object().rows() != null) {
        rows.merge(e.split(), e.object().rows(), Long::sum);
      }
    }
    return rows;
  }

  private ObjectRef put(String name, Long rows, String split, Writer writer) {
    requireNew(name);
    String key = address.path() + "/" + name;
    // a process that lost the race for this artifact must not overwrite the winner's objects
    ObjectRef there = objects.stat(key).filter(o -> isCommitted()).orElse(null);
    ObjectRef put;
    if (there == null) {
      put = writer.write(key);
      written.add(key);
    } else {
      put = there;
    }
    ObjectRef ref = new ObjectRef(key, put.sha256(), put.size(), rows);
    entries.put(name, new Manifest.Entry(name, ref, split));
    return ref;
  }

  private boolean isCommitted() {
    return objects.stat(manifestKey()).isPresent();
  }

  private String manifestKey() {
    return address.path() + "/" + ArtifactStore.MANIFEST;
  }

  private void requireNew(String name) {
    if (name.isBlank() || name.equals(ArtifactStore.MANIFEST) || name.equals(ArtifactStore.COST)) {
      throw new IllegalArgumentException("an artifact's object cannot be named \"" + name + "\"");
    }
    if (entries.containsKey(name)) {
      throw new IllegalArgumentException(address.path() + " has an object " + name + " already");
    }
  }

  private interface Writer {
    ObjectRef write(String key);
  }
}
