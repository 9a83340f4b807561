package io.winnow.datasets;

import io.winnow.store.object.Digests;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;

/**
 * Counts images whose pixels equal those of an earlier image, by the first 128 bits of their
 * sha-256. Takes about 100 bytes of memory per distinct image. Not safe for use from several
 * threads.
 */
public final class Duplicates {
  private final MessageDigest sha256 = Digests.sha256();
  private final Map<Fingerprint, String> firstSplits = new HashMap<>();
  private long images;
  private long acrossSplits;

  private record Fingerprint(long high, long low) {}

  /**
   * Adds images.
   *
   * @param split of the rows
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

  /** The number of images that equal an earlier one. */
  public long images() {
    return images;
  }

  /**
   * How many of {@link #images} equal a first image of another split, such as held-out images that
   * are also in the train split.
   */
  public long acrossSplits() {
    return acrossSplits;
  }
}
