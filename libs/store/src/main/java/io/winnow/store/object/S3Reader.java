package io.winnow.store.object;

import io.minio.GetObjectArgs;
import io.minio.GetObjectResponse;
import io.minio.Http;
import io.minio.StatObjectArgs;
import io.minio.StatObjectResponse;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import io.winnow.contracts.Causes;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.ObjectRef;
import io.winnow.store.local.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** The read operations of {@link MinioObjectStore}. */
final class S3Reader {
  // s3proxy may return the digest of an object with the bytes of its replacement
  private static final int READS_WHILE_REPLACED = 3;

  private final S3Connection s3;

  S3Reader(S3Connection s3) {
    this.s3 = s3;
  }

  Optional<ObjectRef> stat(String key) {
    return s3.call(
        "look at " + key,
        key,
        () -> {
          try {
            StatObjectResponse found =
                s3.client()
                    .statObject(StatObjectArgs.builder().bucket(s3.bucket()).object(key).build());
            String sha256 = found.headers().get(MinioObjectStore.SHA256_HEADER);
            return Optional.of(new ObjectRef(key, sha256, found.size(), null));
          } catch (MinioException e) {
            if (isMissing(e)) {
              return Optional.empty();
            }
            throw e;
          }
        });
  }

  byte[] get(ObjectRef ref) {
    try (InputStream in = open(ref)) {
      return readFully(in, ref);
    } catch (IOException e) {
      throw s3.errors().unavailable("read " + ref.key(), null, e);
    }
  }

  /** Rereads an object that does not match its digest: an altered one never will. */
  Optional<byte[]> find(String key) {
    for (int read = 1; ; read++) {
      try {
        return findOnce(key);
      } catch (InvalidInputException e) {
        if (read == READS_WHILE_REPLACED) {
          throw e;
        }
      }
    }
  }

  private Optional<byte[]> findOnce(String key) {
    return s3.call(
        "read " + key,
        key,
        () -> {
          try (GetObjectResponse response = fetch(key)) {
            String sha256 = keptSha256(response);
            ObjectRef kept = new ObjectRef(key, sha256, contentLength(response), null);
            return Optional.of(
                readFully(new VerifyingInputStream(response, kept, s3.errors()), kept));
          } catch (MinioException e) {
            if (isMissing(e)) {
              return Optional.empty();
            }
            throw e;
          }
        });
  }

  Path download(ObjectRef ref, Path file) {
    try {
      AtomicFile.write(
          file,
          part -> {
            try (InputStream in = open(ref)) {
              Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
            }
          });
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file + ": " + Causes.of(e), e);
    }
  }

  InputStream open(ObjectRef ref) {
    GetObjectResponse response = s3.call("read " + ref.key(), ref.key(), () -> fetch(ref.key()));
    ObjectRef expected = ref;
    if (ref.sha256() == null) {
      String kept = keptSha256(response);
      expected = new ObjectRef(ref.key(), kept, ref.size(), ref.rows());
    }
    InputStream in = new VerifyingInputStream(response, expected, s3.errors());
    long present = contentLength(response);
    if (present != ref.size()) {
      closeQuietly(in);
      throw s3.errors().wrongSize(ref, String.valueOf(present));
    }
    return in;
  }

  byte[] range(String key, long offset, int length) {
    if (length == 0) {
      return new byte[0];
    }
    try (InputStream in =
        s3.call(
            "read " + key,
            key,
            () ->
                s3.client()
                    .getObject(
                        GetObjectArgs.builder()
                            .bucket(s3.bucket())
                            .object(key)
                            .offset(offset)
                            .length((long) length)
                            .build()))) {
      byte[] out = in.readNBytes(length);
      if (out.length < length) {
        throw new InvalidInputException(
            "object " + key + " ends before byte " + (offset + length),
            "ask for bytes it has, or put it there whole");
      }
      return out;
    } catch (IOException e) {
      throw s3.errors().unavailable("read " + key, null, e);
    }
  }

  private GetObjectResponse fetch(String key) throws MinioException {
    return s3.client().getObject(GetObjectArgs.builder().bucket(s3.bucket()).object(key).build());
  }

  private static byte[] readFully(InputStream in, ObjectRef ref) throws IOException {
    if (ref.size() > Integer.MAX_VALUE - 8) {
      throw new InvalidInputException(
          "object " + ref.key() + " has " + ref.size() + " bytes, too many for memory",
          "download it to a file");
    }
    byte[] out = new byte[(int) ref.size()];
    in.readNBytes(out, 0, out.length);
    // the stream compares the digest at its end
    in.read();
    return out;
  }

  private static boolean isMissing(MinioException e) {
    ErrorResponseException answer = StoreErrors.answer(e);
    return answer != null && "NoSuchKey".equals(answer.errorResponse().code());
  }

  private static String keptSha256(GetObjectResponse response) {
    return response.headers().get(MinioObjectStore.SHA256_HEADER);
  }

  private long contentLength(GetObjectResponse response) {
    String length = response.headers().get(Http.Headers.CONTENT_LENGTH);
    if (length == null) {
      throw s3.errors().notS3("it does not say how long " + response.object() + " is", null);
    }
    return Long.parseLong(length);
  }

  private static void closeQuietly(InputStream in) {
    try {
      in.close();
    } catch (IOException e) {
      // the response is rejected for another reason already
    }
  }
}
