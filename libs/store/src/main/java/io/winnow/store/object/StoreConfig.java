package io.winnow.store.object;

import io.winnow.contracts.InvalidInputException;

/**
 * The location of the object store. Services read it from {@code winnow.store.endpoint}, {@code
 * winnow.store.access-key}, {@code winnow.store.secret-key}, {@code winnow.store.bucket} and {@code
 * winnow.store.region}.
 *
 * @param endpoint URL without a path, e.g. {@code http://127.0.0.1:9000}
 * @param bucket the one bucket that holds everything
 * @param region null or blank means {@code us-east-1}
 * @param ca a file with the only PEM certificates that are trusted; null or blank for the JDK's
 *     trust store
 */
public record StoreConfig(
    String endpoint, String accessKey, String secretKey, String bucket, String region, String ca) {

  public StoreConfig {
    require(endpoint, "endpoint", "the store's URL, e.g. http://127.0.0.1:9000");
    require(accessKey, "access-key", "the store's access key");
    require(secretKey, "secret-key", "the store's secret key");
    require(bucket, "bucket", "the bucket's name");
    region = region == null || region.isBlank() ? "us-east-1" : region;
    ca = ca == null || ca.isBlank() ? null : ca;
  }

  /** Uses the JDK's trust store. */
  public StoreConfig(
      String endpoint, String accessKey, String secretKey, String bucket, String region) {
    this(endpoint, accessKey, secretKey, bucket, region, null);
  }

  private static void require(String value, String setting, String what) {
    if (value == null || value.isBlank()) {
      throw new InvalidInputException(
          "winnow.store." + setting + " is not set", "set it to " + what);
    }
  }

  /** Omits the secret. */
  @Override
  public String toString() {
    return "StoreConfig[endpoint=" + endpoint + ", bucket=" + bucket + ", region=" + region + "]";
  }
}
