package io.winnow.datasets.source.format;

import io.winnow.datasets.source.format.LabelVocabulary.Label;
import java.io.Closeable;
import java.nio.file.Path;
import java.util.Optional;

/** Reads the labelled images of one file in order, one at a time. */
public interface SampleReader extends Closeable {

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
     * @throws io.winnow.contracts.InvalidInputException the file cannot be read
     */
    SampleReader open(Path file, String name);
  }

  /**
   * The next sample; empty after the last.
   *
   * @throws io.winnow.contracts.InvalidInputException the file is damaged, or a sample is not one
   *     image with one label
   */
  Optional<Sample> next();
}
