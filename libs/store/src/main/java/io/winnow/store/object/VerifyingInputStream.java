package io.winnow.store.object;

import io.winnow.contracts.ObjectRef;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/** Passes an object's bytes on, and fails at their end if they do not match the reference. */
final class VerifyingInputStream extends InputStream {
  private final InputStream in;
  private final ObjectRef ref;
  private final StoreErrors errors;
  private final MessageDigest digest = Digests.sha256();
  private long count;
  private boolean ended;

  /**
   * Wraps a stream.
   *
   * @param ref the expected object; with a null sha-256 only the size is checked
   */
  VerifyingInputStream(InputStream in, ObjectRef ref, StoreErrors errors) {
    this.in = in;
    this.ref = ref;
    this.errors = errors;
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) {
    if (ended) {
      return -1;
    }
    int n;
    try {
      n = in.read(buffer, offset, length);
    } catch (IOException e) {
      throw errors.unavailable("read " + ref.key(), null, e);
    }
    if (n > 0) {
      count += n;
      digest.update(buffer, offset, n);
    }
    if (n < 0) {
      ended = true;
      verify();
    } else if (count > ref.size()) {
      throw errors.wrongSize(ref, "more than " + ref.size());
    }
    return n;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private void verify() {
    if (count != ref.size()) {
      throw errors.wrongSize(ref, String.valueOf(count));
    }
    String found = Digests.hex(digest.digest());
    if (ref.sha256() != null && !ref.sha256().equals(found)) {
      throw errors.altered(ref, found);
    }
  }
}
