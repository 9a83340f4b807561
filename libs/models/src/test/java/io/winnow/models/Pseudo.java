package io.winnow.models;

import java.util.stream.IntStream;

/** The numbers that the golden files' scripts compute their inputs from. */
public final class Pseudo {
  private Pseudo() {}

  /** {@code pseudo} of src/test/python: in [0, 1). */
  public static double[] uniform(int stream, int count) {
    return IntStream.range(0, count)
        .mapToDouble(j -> Math.sin(stream * 78.233 + j * 12.9898) * 43758.5453)
        .map(x -> x - Math.floor(x))
        .toArray();
  }
}
