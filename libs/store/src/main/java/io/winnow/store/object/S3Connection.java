package io.winnow.store.object;

import io.minio.MinioClient;
import io.winnow.contracts.InvalidInputException;
import io.winnow.store.local.DaemonThreads;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;

/** The SDK's clients for one bucket; converts the SDK's exceptions. */
final class S3Connection implements AutoCloseable {
  private static final int MAX_CONCURRENT_REQUESTS = 64;

  private final String bucket;
  private final OkHttpClient http;
  private final MinioClient client;
  private final MinioClient once;
  private final MinioClient probe;
  private final StoreErrors errors;

  /**
   * Does not connect yet.
   *
   * @param timeout time without a response after which the store counts as unavailable
   * @param probeTimeout the same for a whole request of {@link #probe()}
   */
  S3Connection(StoreConfig config, Duration timeout, Duration probeTimeout) {
    bucket = config.bucket();
    errors = new StoreErrors(config);
    Dispatcher dispatcher =
        new Dispatcher(Executors.newCachedThreadPool(DaemonThreads.named("object-store")));
    dispatcher.setMaxRequests(MAX_CONCURRENT_REQUESTS);
    dispatcher.setMaxRequestsPerHost(MAX_CONCURRENT_REQUESTS);
    OkHttpClient.Builder builder =
        new OkHttpClient.Builder()
            .dispatcher(dispatcher)
            .connectTimeout(Duration.ofSeconds(5))
            .readTimeout(timeout)
            .writeTimeout(timeout);
    if (config.ca() != null) {
      Trust trust = Trust.of(Path.of(config.ca()));
      builder.sslSocketFactory(trust.sockets(), trust.manager());
    }
    http = builder.build();
    client = client(config, http);
    once = client(config, http.newBuilder().retryOnConnectionFailure(false).build());
    probe = client(config, http.newBuilder().callTimeout(probeTimeout).build());
  }

  String bucket() {
    return bucket;
  }

  MinioClient client() {
    return client;
  }

  /**
   * For conditional writes: the client must not silently resend one whose response was lost, or the
   * second response would say that another process was first.
   */
  MinioClient once() {
    return once;
  }

  /** For requests that only ask whether the store answers. */
  MinioClient probe() {
    return probe;
  }

  StoreErrors errors() {
    return errors;
  }

  /**
   * Sends a request.
   *
   * @param doing e.g. {@code "read features/…"}
   * @param key of the object, or null if the request concerns none
   */
  <T> T call(String doing, String key, Callable<T> request) {
    try {
      if (key != null) {
        errors.checkKey(key);
      }
      return request.call();
    } catch (InvalidInputException e) {
      throw e;
    } catch (Exception e) {
      throw errors.of(doing, key, e);
    }
  }

  @Override
  public void close() {
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
  }

  private static MinioClient client(StoreConfig config, OkHttpClient http) {
    try {
      return MinioClient.builder()
          .endpoint(config.endpoint())
          .region(config.region())
          .credentials(config.accessKey(), config.secretKey())
          .httpClient(http)
          .build();
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException(
          "winnow.store.endpoint \"" + config.endpoint() + "\" is not usable: " + e.getMessage(),
          "give a URL without a path, e.g. http://127.0.0.1:9000",
          e);
    }
  }
}
