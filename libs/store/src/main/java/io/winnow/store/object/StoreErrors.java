package io.winnow.store.object;

import io.minio.errors.ErrorResponseException;
import io.minio.errors.InvalidResponseException;
import io.minio.errors.MinioException;
import io.minio.errors.ServerException;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.Shown;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Set;
import java.util.regex.Pattern;

/** Distinguishes faults that a retry may solve from others, and adds remedies. */
final class StoreErrors {
  private static final Set<String> CREDENTIALS =
      Set.of("AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidSecurity");
  private static final Set<String> FOR_NOW =
      Set.of("OperationAborted", "ConditionalRequestConflict", "RequestTimeout", "SlowDown");

  // the SDK puts the status only into the message
  private static final Pattern SERVER_ERROR = Pattern.compile("\\b5\\d\\d\\b");
  private static final Pattern INTERNAL_ERROR = Pattern.compile("\\b500\\b");
  private static final int INTERNAL = 500;

  // S3's limit on a key, and that of file systems, which many stores use, on a part of it
  private static final int LONGEST_KEY = 1024;
  private static final int LONGEST_SEGMENT = 255;

  private final StoreConfig config;

  StoreErrors(StoreConfig config) {
    this.config = config;
  }

  /**
   * Converts an exception of the SDK.
   *
   * @param doing the request, e.g. {@code "read features/…"}
   * @param key of the object, or null
   */
  RuntimeException of(String doing, String key, Exception e) {
    if (e instanceof StoreUnavailableException away) {
      return away;
    }
    ErrorResponseException answer = cause(e, ErrorResponseException.class);
    if (answer != null) {
      return ofAnswer(doing, key, answer);
    }
    InvalidResponseException stranger = cause(e, InvalidResponseException.class);
    if (stranger != null && !SERVER_ERROR.matcher(stranger.getMessage()).find()) {
      return notS3(stranger.getMessage(), e);
    }
    ServerException error = cause(e, ServerException.class);
    if (stranger != null && INTERNAL_ERROR.matcher(stranger.getMessage()).find()
        || error != null && error.statusCode() == INTERNAL) {
      return unavailable(doing, key, e);
    }
    // the SDK wraps some connection errors and untrusted certificates in runtime exceptions
    boolean broken =
        cause(e, IOException.class) != null
            || cause(e, MinioException.class) != null
            || cause(e, GeneralSecurityException.class) != null;
    if (e instanceof RuntimeException mistake && !broken) {
      return mistake;
    }
    return unavailable(doing, null, e);
  }

  /**
   * Keys come from events and requests: none may lead out of the bucket, and none may be one that
   * no store takes, because such a request would be repeated for ever.
   */
  void checkKey(String key) {
    checkPrefix(key);
    for (String segment : key.split("/", -1)) {
      if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
        throw unusable(key, "use names between single slashes, none of them \".\" or \"..\"");
      }
    }
  }

  /** Checks the beginning of keys, which may be empty and end within a name. */
  void checkPrefix(String prefix) {
    byte[] bytes = prefix.getBytes(StandardCharsets.UTF_8);
    if (!prefix.equals(new String(bytes, StandardCharsets.UTF_8))
        || prefix.chars().anyMatch(Character::isISOControl)) {
      throw unusable(prefix, "use no control characters and no halves of surrogate pairs");
    }
    if (bytes.length > LONGEST_KEY) {
      throw unusable(prefix, "use at most %,d bytes in UTF-8".formatted(LONGEST_KEY));
    }
    for (String segment : prefix.split("/", -1)) {
      if (segment.getBytes(StandardCharsets.UTF_8).length > LONGEST_SEGMENT) {
        throw unusable(
            prefix, "use at most %d bytes in UTF-8 between two slashes".formatted(LONGEST_SEGMENT));
      }
    }
  }

  private static InvalidInputException unusable(String key, String remedy) {
    return new InvalidInputException("object key \"" + Shown.of(key) + "\" is not usable", remedy);
  }

  /**
   * @param key of the object whose request the store answers with an internal error, or null
   */
  StoreUnavailableException unavailable(String doing, String key, Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return new StoreUnavailableException(
        "the store at " + config.endpoint() + " did not " + doing + ": " + root, key, e);
  }

  InvalidInputException notS3(String sign, Exception e) {
    return new InvalidInputException(
        "the server at " + config.endpoint() + " is not an S3 endpoint: " + sign,
        "check winnow.store.endpoint",
        e);
  }

  InvalidInputException noBucket(Exception e) {
    return new InvalidInputException(
        "bucket " + config.bucket() + " does not exist at " + config.endpoint(),
        "create it or set winnow.store.bucket",
        e);
  }

  InvalidInputException missing(String key, Exception e) {
    return new InvalidInputException(
        "object " + key + " is missing in bucket " + config.bucket() + " at " + config.endpoint(),
        DamagedObject.remedy(key),
        e);
  }

  InvalidInputException altered(ObjectRef ref, String found) {
    return new InvalidInputException(
        "object " + ref.key() + " was altered: its sha-256 is " + found + ", not " + ref.sha256(),
        DamagedObject.remedy(ref.key()));
  }

  InvalidInputException wrongSize(ObjectRef ref, String found) {
    return new InvalidInputException(
        "object "
            + ref.key()
            + " was altered or truncated: it has "
            + found
            + " bytes, not "
            + ref.size(),
        DamagedObject.remedy(ref.key()));
  }

  /** The response to a rejected request, or null. */
  static ErrorResponseException answer(Exception e) {
    return cause(e, ErrorResponseException.class);
  }

  private RuntimeException ofAnswer(String doing, String key, ErrorResponseException e) {
    String code = String.valueOf(e.errorResponse().code());
    int status = e.response().code();
    if (status >= 500 || status == 408 || status == 429 || FOR_NOW.contains(code)) {
      return unavailable(doing, status == INTERNAL ? key : null, e);
    }
    if (code.equals("NoSuchBucket")) {
      return noBucket(e);
    }
    if (key != null && (code.equals("NoSuchKey") || status == 404)) {
      return missing(key, e);
    }
    if (CREDENTIALS.contains(code) || status == 401 || status == 403) {
      return new InvalidInputException(
          "the store at " + config.endpoint() + " denied access (" + code + ") to " + doing,
          "set winnow.store.access-key and winnow.store.secret-key to a pair that may read and"
              + " write bucket "
              + config.bucket(),
          e);
    }
    return new InvalidInputException(
        "the store at "
            + config.endpoint()
            + " refused to "
            + doing
            + ": "
            + code
            + " "
            + status
            + ", "
            + e.errorResponse().message(),
        "check the key and winnow.store.endpoint",
        e);
  }

  private static <T> T cause(Throwable e, Class<T> type) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (type.isInstance(t)) {
        return type.cast(t);
      }
    }
    return null;
  }
}
