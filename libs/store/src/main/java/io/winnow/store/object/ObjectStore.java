package io.winnow.store.object;

import io.winnow.contracts.ObjectRef;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A bucket of objects. Every method throws {@link StoreUnavailableException} if the store cannot be
 * reached (retry), and {@link io.winnow.contracts.InvalidInputException} if the object is missing,
 * altered or truncated (a retry does not help).
 */
public interface ObjectStore {

  /** Writes (or overwrites) an object and its sha-256. */
  ObjectRef put(String key, byte[] content);

  /** Writes a file; a large one in parts. */
  ObjectRef put(String key, Path file);

  /**
   * Writes an object unless it exists (If-None-Match: *). After a {@link StoreUnavailableException}
   * it may have been written nevertheless.
   *
   * @return false if it existed
   */
  boolean create(String key, byte[] content);

  /** Size, and sha-256 if the object was written through this interface. */
  Optional<ObjectRef> stat(String key);

  /**
   * The whole object, verified against the sha-256 and size of the reference. If the reference has
   * no sha-256, as those of {@link #list}, the one stored with the object is used.
   */
  byte[] get(ObjectRef ref);

  /** The whole object, verified against the sha-256 stored with it; empty if it does not exist. */
  Optional<byte[]> find(String key);

  /** Downloads an object to a file, which appears only once it is complete and verified. */
  Path download(ObjectRef ref, Path file);

  /** A stream that fails at its end if the bytes do not match the reference. */
  InputStream open(ObjectRef ref) throws IOException;

  /** {@code length} bytes from {@code offset}, unverified: the sha-256 covers the whole object. */
  byte[] range(String key, long offset, int length);

  /** Every object below a prefix, in key order (sha-256 null). */
  List<ObjectRef> list(String prefix);

  /** When each object below a prefix was written last, by key. */
  Map<String, Instant> modified(String prefix);

  void delete(String key);

  /** Asks whether the bucket exists and may be read; ends within seconds. */
  void ping();
}
