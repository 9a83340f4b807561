package io.winnow.contracts;

import java.nio.charset.StandardCharsets;

/**
 * Derives the seed of one random draw from a run's seed, the draw's name and its position, so that
 * no generator state has to be saved: the same (seed, name, positions) always gives the same value.
 */
public final class Seeds {
  private Seeds() {}

  /**
   * @param seed the run's seed
   * @param name what is drawn, e.g. {@code "train.noise"}
   * @param positions step, shard, image … (any number)
   * @return 64 well-mixed bits
   */
  public static long of(long seed, String name, long... positions) {
    long h = mix(seed + 0x9E3779B97F4A7C15L);
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      h = mix(h ^ (b & 0xFF));
    }
    for (long position : positions) {
      h = mix(h + 0x9E3779B97F4A7C15L + position);
    }
    return h;
  }

  // The finaliser of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number
  // generators, OOPSLA 2014).
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
