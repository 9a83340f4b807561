package io.winnow.contracts.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Damages valid inputs: bits, bytes, numbers, lengths, order; mixes two of them. */
final class Mutator {
  private static final int MOST_DAMAGES = 6;
  private static final int MOST_GROWTH = 4096;
  private static final long[] NUMBERS = {
    0,
    1,
    -1,
    2,
    7,
    8,
    127,
    128,
    255,
    256,
    32_767,
    32_768,
    65_535,
    65_536,
    0x7fff_ffffL,
    0x8000_0000L,
    0xffff_ffffL,
    0x1_0000_0000L,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };
  // what parsers of text and of numbers in text take notice of
  private static final String[] WORDS = {
    "null", "-1", "0", "1e999", "NaN", "9223372036854775807", "4294967296", "\"\"", "{}", "[]",
    "[[[[[[[[", "{\"a\":", "\u0000", "\\u0000", "../", "/", "%00", "\ufeff", "é", "\ud83d\ude00"
  };

  private Mutator() {}

  /**
   * @param seeds valid inputs, at least one
   * @return one of them with one to six damages
   */
  static byte[] mutate(List<byte[]> seeds, SplittableRandom random) {
    byte[] bytes = pick(seeds, random).clone();
    int damages = 1 + random.nextInt(1 + random.nextInt(MOST_DAMAGES));
    for (int i = 0; i < damages; i++) {
      bytes = damage(bytes, seeds, random);
    }
    return bytes;
  }

  private static byte[] damage(byte[] bytes, List<byte[]> seeds, SplittableRandom random) {
    if (bytes.length == 0) {
      return insert(bytes, 0, word(random));
    }
    int at = random.nextInt(bytes.length);
    return switch (random.nextInt(10)) {
      case 0 -> flip(bytes, at, random);
      case 1 -> set(bytes, at, (byte) random.nextInt(256));
      case 2 -> number(bytes, at, random);
      case 3 -> Arrays.copyOf(bytes, at);
      case 4 -> remove(bytes, at, Math.min(bytes.length, at + length(random)));
      case 5 -> insert(bytes, at, word(random));
      case 6 ->
          insert(
              bytes,
              at,
              Arrays.copyOfRange(bytes, at, at + Math.min(bytes.length - at, length(random))));
      case 7 -> insert(bytes, at, random(random));
      case 8 -> splice(bytes, at, pick(seeds, random), random);
      default -> digits(bytes, at, random);
    };
  }

  private static byte[] flip(byte[] bytes, int at, SplittableRandom random) {
    return set(bytes, at, (byte) (bytes[at] ^ 1 << random.nextInt(8)));
  }

  private static byte[] set(byte[] bytes, int at, byte value) {
    bytes[at] = value;
    return bytes;
  }

  // 1, 2, 4 or 8 bytes, either end first
  private static byte[] number(byte[] bytes, int at, SplittableRandom random) {
    int size = 1 << random.nextInt(4);
    long value = NUMBERS[random.nextInt(NUMBERS.length)];
    boolean little = random.nextBoolean();
    for (int i = 0; i < size && at + i < bytes.length; i++) {
      bytes[at + i] = (byte) (value >> 8 * (little ? i : size - 1 - i));
    }
    return bytes;
  }

  // where a number is written in digits, another one
  private static byte[] digits(byte[] bytes, int from, SplittableRandom random) {
    for (int at = from; at < bytes.length; at++) {
      if (bytes[at] >= '0' && bytes[at] <= '9') {
        bytes[at] = (byte) ('0' + random.nextInt(10));
        return bytes;
      }
    }
    return bytes;
  }

  private static byte[] remove(byte[] bytes, int from, int to) {
    byte[] rest = new byte[bytes.length - (to - from)];
    System.arraycopy(bytes, 0, rest, 0, from);
    System.arraycopy(bytes, to, rest, from, bytes.length - to);
    return rest;
  }

  private static byte[] insert(byte[] bytes, int at, byte[] more) {
    byte[] all = new byte[bytes.length + more.length];
    System.arraycopy(bytes, 0, all, 0, at);
    System.arraycopy(more, 0, all, at, more.length);
    System.arraycopy(bytes, at, all, at + more.length, bytes.length - at);
    return all;
  }

  private static byte[] splice(byte[] bytes, int at, byte[] other, SplittableRandom random) {
    int from = other.length == 0 ? 0 : random.nextInt(other.length);
    return insert(Arrays.copyOf(bytes, at), at, Arrays.copyOfRange(other, from, other.length));
  }

  private static int length(SplittableRandom random) {
    return 1 + random.nextInt(1 << random.nextInt(9));
  }

  private static byte[] random(SplittableRandom random) {
    byte[] bytes = new byte[Math.min(MOST_GROWTH, length(random))];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] word(SplittableRandom random) {
    return WORDS[random.nextInt(WORDS.length)].getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  private static byte[] pick(List<byte[]> seeds, SplittableRandom random) {
    return seeds.get(random.nextInt(seeds.size()));
  }
}
