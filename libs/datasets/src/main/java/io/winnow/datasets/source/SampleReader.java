package io.winnow.datasets.source;

import io.winnow.datasets.source.WrittenLabels.Label;
import java.io.Closeable;
import java.nio.file.Path;

/** Reads the labelled images of one file, from the first to the last, one at a time. */
interface SampleReader extends Closeable {

  /**
   * One labelled image.
   *
   * @param name of file and sample, for errors
   * @param image PNG or JPEG
   */
  record Sample(String name, byte[] image, Label label) {}

  /** Starts at a file's first sample. */
  interface Opener {
    /**
     * @param name of the file, for errors
     * @throws io.winnow.contracts.InvalidInputException it cannot be read
     */
    SampleReader open(Path file, String name);
  }

  /**
   * The next sample, null after the last.
   *
   * @throws io.winnow.contracts.InvalidInputException the file is damaged, or a sample is not one
   *     image with one label
   */
  Sample next();
}
