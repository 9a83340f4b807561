package io.winnow.datasets;

/**
 * Hears of the reading of a source. Loops that read a source call it after each piece of at most a
 * few MiB, so that a reading of hours shows that it is alive, and can be ended.
 */
@FunctionalInterface
public interface ReadListener {

  /** For readings that nobody watches. */
  ReadListener NONE = bytes -> {};

  /**
   * Called on the thread that reads. An exception ends the reading, and callers pass it on as it
   * is.
   *
   * @param bytes that were read since the last call
   */
  void read(long bytes);
}
