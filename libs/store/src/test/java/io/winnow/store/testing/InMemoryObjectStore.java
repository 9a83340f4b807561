package io.winnow.store.testing;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.ObjectRef;
import io.winnow.store.object.Digests;
import io.winnow.store.object.ObjectStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;

/** An object store for unit tests, with the promises of {@link ObjectStore}. */
public final class InMemoryObjectStore implements ObjectStore {
  private record Stored(byte[] content, String sha256, Instant written) {}

  private final ConcurrentSkipListMap<String, Stored> objects = new ConcurrentSkipListMap<>();

  /** Changes the bytes behind the store's back. */
  public void alter(String key, byte[] content) {
    objects.computeIfPresent(key, (k, old) -> new Stored(content, old.sha256(), old.written()));
  }

  @Override
  public ObjectRef put(String key, byte[] content) {
    Stored stored = stored(content);
    objects.put(key, stored);
    return ref(key, stored);
  }

  @Override
  public ObjectRef put(String key, Path file) {
    try {
      return put(key, Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public boolean create(String key, byte[] content) {
    return objects.putIfAbsent(key, stored(content)) == null;
  }

  @Override
  public Optional<ObjectRef> stat(String key) {
    return Optional.ofNullable(objects.get(key)).map(s -> ref(key, s));
  }

  @Override
  public byte[] get(ObjectRef ref) {
    Stored stored = require(ref.key());
    return verified(ref.key(), stored, ref.size(), ref.sha256());
  }

  private static byte[] verified(String key, Stored stored, long size, String sha256) {
    byte[] content = stored.content();
    String expected = sha256 == null ? stored.sha256() : sha256;
    if (content.length != size || !Digests.sha256(content).equals(expected)) {
      throw new InvalidInputException("object " + key + " was altered", "make it again");
    }
    return content.clone();
  }

  @Override
  public Optional<byte[]> find(String key) {
    // one look: another thread may replace or delete the object at any time
    return Optional.ofNullable(objects.get(key))
        .map(stored -> verified(key, stored, stored.content().length, stored.sha256()));
  }

  @Override
  public Path download(ObjectRef ref, Path file) {
    try {
      return Files.write(file, get(ref));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public InputStream open(ObjectRef ref) {
    return new ByteArrayInputStream(get(ref));
  }

  @Override
  public byte[] range(String key, long offset, int length) {
    byte[] content = require(key).content();
    if (offset + length > content.length) {
      throw new InvalidInputException("object " + key + " is shorter", "ask for less");
    }
    return Arrays.copyOfRange(content, (int) offset, (int) offset + length);
  }

  @Override
  public List<ObjectRef> list(String prefix) {
    return objects.entrySet().stream()
        .filter(e -> e.getKey().startsWith(prefix))
        .map(e -> new ObjectRef(e.getKey(), null, e.getValue().content().length, null))
        .toList();
  }

  @Override
  public Map<String, Instant> modified(String prefix) {
    return objects.entrySet().stream()
        .filter(e -> e.getKey().startsWith(prefix))
        .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().written()));
  }

  /** Sets when objects were written, as if time had passed. */
  public void written(String prefix, Instant at) {
    objects.replaceAll(
        (key, old) -> key.startsWith(prefix) ? new Stored(old.content(), old.sha256(), at) : old);
  }

  @Override
  public void delete(String key) {
    objects.remove(key);
  }

  @Override
  public void ping() {}

  private Stored require(String key) {
    Stored stored = objects.get(key);
    if (stored == null) {
      throw new InvalidInputException("object " + key + " is missing", "put it there");
    }
    return stored;
  }

  private static Stored stored(byte[] content) {
    return new Stored(content.clone(), Digests.sha256(content), Instant.now());
  }

  private static ObjectRef ref(String key, Stored stored) {
    return new ObjectRef(key, stored.sha256(), stored.content().length, null);
  }
}
