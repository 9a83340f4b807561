package io.winnow.store.object;

import io.minio.BucketExistsArgs;
import io.minio.ListObjectsArgs;
import io.minio.MakeBucketArgs;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.Result;
import io.minio.UploadObjectArgs;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import io.minio.messages.Item;
import io.winnow.contracts.Causes;
import io.winnow.contracts.ObjectRef;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An S3 bucket, accessed with the MinIO SDK. Stores the sha-256 of each object as user metadata
 * ({@code x-amz-meta-sha256}). Thread-safe.
 */
public final class MinioObjectStore implements ObjectStore, AutoCloseable {
  private static final String SHA256 = "sha256";
  static final String SHA256_HEADER = "x-amz-meta-" + SHA256;

  /** Larger objects are uploaded in parts. */
  private static final long SINGLE_PUT_BYTES = 16L << 20;

  private static final long PART_BYTES = 10L << 20;

  // s3proxy over a directory lists files that it is still writing, under <key>-<uuid>
  private static final Pattern UNFINISHED =
      Pattern.compile("-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$");

  // probes of health give up after a few seconds
  private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(3);

  private final S3Connection s3;
  private final S3Reader reader;

  /** Does not connect yet: an unavailable store is noticed by the first call. */
  public MinioObjectStore(StoreConfig config) {
    this(config, Duration.ofSeconds(60));
  }

  /**
   * Does not connect yet.
   *
   * @param timeout time without a response after which the store counts as unavailable
   */
  public MinioObjectStore(StoreConfig config, Duration timeout) {
    this(config, timeout, PROBE_TIMEOUT);
  }

  /**
   * @param probeTimeout longest time of a {@link #ping()}
   */
  MinioObjectStore(StoreConfig config, Duration timeout, Duration probeTimeout) {
    s3 = new S3Connection(config, timeout, probeTimeout);
    reader = new S3Reader(s3);
  }

  /**
   * Creates the bucket if it does not exist.
   *
   * @return false if it existed
   */
  public boolean createBucket() {
    return s3.call(
        "create bucket " + s3.bucket(),
        null,
        () -> {
          if (s3.client().bucketExists(BucketExistsArgs.builder().bucket(s3.bucket()).build())) {
            return false;
          }
          try {
            s3.client().makeBucket(MakeBucketArgs.builder().bucket(s3.bucket()).build());
            return true;
          } catch (MinioException e) {
            ErrorResponseException answer = StoreErrors.answer(e);
            if (answer != null && "BucketAlreadyOwnedByYou".equals(answer.errorResponse().code())) {
              return false;
            }
            throw e;
          }
        });
  }

  @Override
  public ObjectRef put(String key, byte[] content) {
    String sha256 = Digests.sha256(content);
    s3.call(
        "write " + key,
        key,
        () ->
            s3.client()
                .putObject(
                    PutObjectArgs.builder()
                        .bucket(s3.bucket())
                        .object(key)
                        .userMetadata(Map.of(SHA256, sha256))
                        .stream(
                            new ByteArrayInputStream(content),
                            (long) content.length,
                            partBytes(content.length))
                        .build()));
    return new ObjectRef(key, sha256, content.length, null);
  }

  @Override
  public ObjectRef put(String key, Path file) {
    String sha256 = Digests.sha256(file);
    long size = size(file);
    s3.call(
        "write " + key,
        key,
        () ->
            s3.client()
                .uploadObject(
                    UploadObjectArgs.builder()
                        .bucket(s3.bucket())
                        .object(key)
                        .userMetadata(Map.of(SHA256, sha256))
                        .filename(file.toString(), partBytes(size))
                        .build()));
    return new ObjectRef(key, sha256, size, null);
  }

  @Override
  public boolean create(String key, byte[] content) {
    if (content.length > SINGLE_PUT_BYTES) {
      throw new IllegalArgumentException(
          key + ": a conditional write takes at most " + SINGLE_PUT_BYTES + " bytes");
    }
    String sha256 = Digests.sha256(content);
    return s3.call(
        "write " + key,
        key,
        () -> {
          try {
            s3.once()
                .putObject(
                    PutObjectArgs.builder()
                        .bucket(s3.bucket())
                        .object(key)
                        .headers(Map.of("If-None-Match", "*"))
                        .userMetadata(Map.of(SHA256, sha256))
                        .data(content, content.length)
                        .build());
            return true;
          } catch (MinioException e) {
            ErrorResponseException answer = StoreErrors.answer(e);
            if (answer != null && answer.response().code() == 412) {
              return false;
            }
            throw e;
          }
        });
  }

  @Override
  public Optional<ObjectRef> stat(String key) {
    return reader.stat(key);
  }

  @Override
  public byte[] get(ObjectRef ref) {
    return reader.get(ref);
  }

  @Override
  public Optional<byte[]> find(String key) {
    return reader.find(key);
  }

  @Override
  public Path download(ObjectRef ref, Path file) {
    return reader.download(ref, file);
  }

  @Override
  public InputStream open(ObjectRef ref) {
    return reader.open(ref);
  }

  @Override
  public byte[] range(String key, long offset, int length) {
    return reader.range(key, offset, length);
  }

  /** Omits keys that end in "-" and a UUID: s3proxy is still writing those. */
  @Override
  public List<ObjectRef> list(String prefix) {
    s3.errors().checkPrefix(prefix);
    return s3.call(
        "list " + prefix,
        null,
        () -> {
          List<ObjectRef> found = new ArrayList<>();
          for (Result<Item> result :
              s3.client()
                  .listObjects(
                      ListObjectsArgs.builder()
                          .bucket(s3.bucket())
                          .prefix(prefix)
                          .recursive(true)
                          .build())) {
            Item item = result.get();
            if (!item.isDir() && !UNFINISHED.matcher(item.objectName()).find()) {
              found.add(new ObjectRef(item.objectName(), null, item.size(), null));
            }
          }
          found.sort(Comparator.comparing(ObjectRef::key));
          return found;
        });
  }

  @Override
  public Map<String, Instant> modified(String prefix) {
    s3.errors().checkPrefix(prefix);
    return s3.call(
        "list " + prefix,
        null,
        () -> {
          Map<String, Instant> found = new HashMap<>();
          for (Result<Item> result :
              s3.client()
                  .listObjects(
                      ListObjectsArgs.builder()
                          .bucket(s3.bucket())
                          .prefix(prefix)
                          .recursive(true)
                          .build())) {
            Item item = result.get();
            if (!item.isDir()) {
              found.put(item.objectName(), item.lastModified().toInstant());
            }
          }
          return found;
        });
  }

  @Override
  public void delete(String key) {
    s3.call(
        "delete " + key,
        key,
        () -> {
          s3.client()
              .removeObject(RemoveObjectArgs.builder().bucket(s3.bucket()).object(key).build());
          return null;
        });
  }

  @Override
  public void ping() {
    boolean there =
        s3.call(
            "answer",
            null,
            () -> s3.probe().bucketExists(BucketExistsArgs.builder().bucket(s3.bucket()).build()));
    if (!there) {
      throw s3.errors().noBucket(null);
    }
  }

  /** Closes the connections. */
  @Override
  public void close() {
    s3.close();
  }

  private static long partBytes(long size) {
    return size <= SINGLE_PUT_BYTES ? SINGLE_PUT_BYTES : PART_BYTES;
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + Causes.of(e), e);
    }
  }
}
