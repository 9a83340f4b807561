package io.winnow.embedded;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An S3 endpoint in this process: s3proxy over a directory, plain HTTP, loopback only, every
 * request signed (version 4). A conditional put (If-None-Match: {@code *}) has exactly one winner.
 * The process needs at least 384 MB of heap: a part of an upload is in memory while its signature
 * is verified.
 */
public final class EmbeddedS3 implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedS3.class);
  // each request may hold one part, so this bounds the heap too
  private static final int MAX_THREADS = 32;

  private final S3Proxy server;
  private final BlobStore store;
  private final DirectoryLock lock;
  private final Credentials credentials;
  private final String bucket;
  private final boolean tls;
  private final int port;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** The one key pair that the endpoint accepts; neither part may be blank. */
  public record Credentials(String accessKey, String secretKey) {
    public Credentials {
      if (accessKey == null || accessKey.isBlank() || secretKey == null || secretKey.isBlank()) {
        throw new IllegalArgumentException("An S3 endpoint needs an access key and a secret key");
      }
    }

    /** Omits the secret. */
    @Override
    public String toString() {
      return "Credentials[accessKey=" + accessKey + "]";
    }
  }

  /**
   * A server's key and certificate.
   *
   * @param file a key store, PKCS #12
   */
  public record KeyPair(Path file, String password) {}

  private EmbeddedS3(
      S3Proxy server,
      BlobStore store,
      DirectoryLock lock,
      Credentials credentials,
      String bucket,
      boolean tls) {
    this.server = server;
    this.store = store;
    this.lock = lock;
    this.credentials = credentials;
    this.bucket = bucket;
    this.tls = tls;
    this.port = tls ? server.getSecurePort() : server.getPort();
  }

  /**
   * Starts the endpoint, and creates the bucket if it does not exist.
   *
   * @param directory where objects live; used by one endpoint at a time; objects survive a restart
   * @param port the port, or 0 for a free one
   * @throws IllegalStateException if the directory or the port is in use, or the endpoint cannot
   *     start
   */
  public static EmbeddedS3 start(Path directory, int port, Credentials credentials, String bucket) {
    return start(directory, port, credentials, bucket, null);
  }

  /**
   * Starts the endpoint over TLS.
   *
   * @param tls null for plain HTTP
   */
  public static EmbeddedS3 start(
      Path directory, int port, Credentials credentials, String bucket, KeyPair tls) {
    DirectoryLock lock = DirectoryLock.acquire(directory);
    BlobStore store = null;
    S3Proxy server = null;
    try {
      if (port != 0) {
        Ports.requireFree(port);
      }
      Path buckets = Files.createDirectories(directory.resolve("buckets")).toAbsolutePath();
      store = new FilesystemNio2BlobStore(buckets.toString());
      if (!store.containerExists(bucket)) {
        store.createContainer(bucket);
      }
      S3Proxy.Builder builder = S3Proxy.builder().blobStore(store);
      if (tls == null) {
        builder.endpoint(URI.create("http://" + Ports.LOOPBACK + ":" + port));
      } else {
        builder
            .secureEndpoint(URI.create("https://" + Ports.LOOPBACK + ":" + port))
            .keyStore(tls.file().toString(), tls.password());
      }
      server =
          builder
              .awsAuthentication(
                  AuthenticationType.AWS_V4, credentials.accessKey(), credentials.secretKey())
              .jettyMaxThreads(MAX_THREADS)
              .stopTimeout(0)
              .build();
      server.start();
      EmbeddedS3 started = new EmbeddedS3(server, store, lock, credentials, bucket, tls != null);
      LOG.info("S3 serves {} from {}", started.endpoint(), directory);
      return started;
    } catch (Exception e) {
      stop(server, store, lock, e);
      if (e instanceof IllegalStateException clear) {
        throw clear;
      }
      throw new IllegalStateException("S3 cannot start in " + directory + ": " + e.getMessage(), e);
    }
  }

  private static void stop(S3Proxy server, BlobStore store, DirectoryLock lock, Exception cause) {
    try (lock;
        store) {
      if (server != null) {
        server.stop();
      }
    } catch (Exception onStop) {
      cause.addSuppressed(onStop);
    }
  }

  /** The URL of the endpoint, e.g. {@code http://127.0.0.1:9000}. */
  public URI endpoint() {
    return URI.create((tls ? "https://" : "http://") + Ports.LOOPBACK + ":" + port);
  }

  /** The port; pass it to the next start to keep the URL. */
  public int port() {
    return port;
  }

  public Credentials credentials() {
    return credentials;
  }

  /** The bucket. */
  public String bucket() {
    return bucket;
  }

  /** Stops immediately, even with open connections, and frees port and directory. Idempotent. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      try (lock;
          store) {
        server.stop();
      } catch (Exception e) {
        throw new IllegalStateException("S3 did not stop cleanly: " + e.getMessage(), e);
      }
    }
  }
}
