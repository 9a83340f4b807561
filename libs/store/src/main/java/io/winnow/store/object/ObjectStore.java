package io.winnow.store.object;

import io.winnow.contracts.ObjectRef;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A bucket of objects. Every method throws {@link StoreUnavailableException} when the store cannot
 * be reached (worth trying again), and {@link io.winnow.contracts.InvalidInputException} when the
 * object is missing, altered or truncated (trying again is no use).
 */
public interface ObjectStore {

  /** Writes (or overwrites) an object; its sha-256 is kept with it. */
  ObjectRef put(String key, byte[] content);

  /** Writes a file, in parts when it is large. */
  ObjectRef put(String key, Path file);

  /**
   * Writes an object unless one is there (If-None-Match: *). After a {@link
   * StoreUnavailableException} it may have been written all the same.
   *
   * @return false when one was there already
   */
  boolean create(String key, byte[] content);

  /** Size, and sha-256 where the object was written through this interface. */
  Optional<ObjectRef> stat(String key);

  /**
   * The whole object, its sha-256 checked against the reference's (and its size). A reference
   * without a sha-256, as {@link #list} gives, is checked against the one kept with the object.
   */
  byte[] get(ObjectRef ref);

  /** The whole object, checked against the sha-256 kept with it; empty when there is none. */
  Optional<byte[]> find(String key);

  /** The object into a file, checked; the file is there only when it is whole and right. */
  Path download(ObjectRef ref, Path file);

  /** A stream that fails at its end when the bytes were not the reference's. */
  InputStream open(ObjectRef ref) throws IOException;

  /** {@code length} bytes from {@code offset}; not checked against a sha-256, which covers all. */
  byte[] range(String key, long offset, int length);

  /** Every object below a prefix, in key order (sha-256 null). */
  List<ObjectRef> list(String prefix);

  void delete(String key);

  /** Throws {@link StoreUnavailableException} unless the bucket is there and answers. */
  void ping();
}
