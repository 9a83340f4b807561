package io.winnow.models.surrogate;

import io.winnow.datasets.ImageBatch;
import io.winnow.datasets.ImageShape;
import java.util.Arrays;
import java.util.function.IntConsumer;

/** Encodes the images of one shard and reports the progress. */
public final class ShardEncoder {
  private static final int ROWS_PER_REPORT = 256;

  private ShardEncoder() {}

  /**
   * Encodes a shard.
   *
   * @param progress receives the number of rows encoded so far, every few batches
   * @return float32, rows×d row-major
   * @throws io.winnow.contracts.InvalidInputException as {@link Surrogate#features}
   */
  public static float[] features(Surrogate encoder, ImageBatch shard, IntConsumer progress) {
    int batch = encoder.pass().batch();
    // whole batches, so that only the shard's last batch is padded
    int rows = Math.max(1, ROWS_PER_REPORT / batch) * batch;
    int d = encoder.dimension();
    ImageShape s = shard.shape();
    float[] features = new float[Math.multiplyExact(shard.rows(), d)];
    for (int from = 0; from < shard.rows(); from += rows) {
      int to = Math.min(shard.rows(), from + rows);
      byte[] images = Arrays.copyOfRange(shard.images(), from * s.bytes(), to * s.bytes());
      float[] some = encoder.features(images, to - from, s.channels(), s.height(), s.width());
      System.arraycopy(some, 0, features, from * d, some.length);
      progress.accept(to);
    }
    return features;
  }
}
