package io.winnow.bench;

import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.Dataset;
import io.winnow.datasets.ImageBatch;
import io.winnow.models.surrogate.ShardEncoder;
import io.winnow.models.surrogate.Surrogate;
import io.winnow.store.artifact.Manifest;
import java.util.Arrays;
import java.util.List;

/**
 * Times encoding as the service does it: each shard is read from the store, checked and encoded.
 *
 * @param warmUp rounds before the clock, at least 1
 * @param rounds rounds on the clock over all shards, at least 1
 */
public record EncodeBench(int warmUp, int rounds) {
  private static final double NANOS = 1e9;

  public EncodeBench {
    if (warmUp < 1 || rounds < 1) {
      throw new InvalidInputException(
          "cannot time %d rounds after %d".formatted(rounds, warmUp), "give at least 1 of each");
    }
  }

  /**
   * What was measured.
   *
   * @param images a round
   * @param secondsPerRound the median
   * @param fastest seconds of the fastest round
   * @param readFraction share of the time that went into reading and checking shards, in [0, 1]
   */
  public record Timing(long images, double secondsPerRound, double fastest, double readFraction) {}

  /**
   * @param warm told when the warm-up is over
   */
  public Timing run(
      Surrogate encoder, Dataset dataset, List<Manifest.Entry> shards, Runnable warm) {
    for (int round = 0; round < warmUp; round++) {
      round(encoder, dataset, shards);
    }
    warm.run();
    double[] seconds = new double[rounds];
    double reading = 0;
    for (int round = 0; round < rounds; round++) {
      long start = System.nanoTime();
      reading += round(encoder, dataset, shards);
      seconds[round] = (System.nanoTime() - start) / NANOS;
    }
    double all = Arrays.stream(seconds).sum();
    Arrays.sort(seconds);
    return new Timing(
        shards.stream().mapToLong(shard -> shard.object().rows()).sum(),
        (seconds[(rounds - 1) / 2] + seconds[rounds / 2]) / 2,
        seconds[0],
        reading / all);
  }

  // seconds of reading
  private static double round(Surrogate encoder, Dataset dataset, List<Manifest.Entry> shards) {
    long reading = 0;
    for (Manifest.Entry shard : shards) {
      long start = System.nanoTime();
      ImageBatch images = dataset.read(shard);
      reading += System.nanoTime() - start;
      ShardEncoder.features(encoder, images, rows -> {});
    }
    return reading / NANOS;
  }
}
