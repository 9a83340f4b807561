package io.winnow.datasets;

import io.winnow.store.object.Digests;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;

/**
 * Counts images whose pixels came before, by the first 128 bits of the sha-256 of their bytes. For
 * one thread; about 100 bytes of memory a distinct image.
 */
public final class Duplicates {
  private final MessageDigest sha256 = Digests.sha256();
  private final Map<Fingerprint, String> firstSplits = new HashMap<>();
  private long images;
  private long acrossSplits;

  private record Fingerprint(long high, long low) {}

  /**
   * @param split that the rows belong to
   */
  public void add(ImageBatch batch, String split) {
    int bytes = batch.shape().bytes();
    for (int row = 0; row < batch.rows(); row++) {
      sha256.update(batch.images(), row * bytes, bytes);
      ByteBuffer digest = ByteBuffer.wrap(sha256.digest());
      String first =
          firstSplits.putIfAbsent(new Fingerprint(digest.getLong(), digest.getLong()), split);
      if (first != null) {
        images++;
        acrossSplits += first.equals(split) ? 0 : 1;
      }
    }
  }

  /** Images that equal one before them. */
  public long images() {
    return images;
  }

  /**
   * Of these, the ones whose first equal is of another split, such as held-out images trained on.
   */
  public long acrossSplits() {
    return acrossSplits;
  }
}
