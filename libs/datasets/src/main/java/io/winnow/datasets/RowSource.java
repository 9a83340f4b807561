package io.winnow.datasets;

/** Labelled images with random access by row. Safe for use from several threads. */
public interface RowSource {

  /** The number of rows. */
  int rows();

  /** The shape of every image. */
  ImageShape shape();

  /**
   * The class index of an image.
   *
   * @param row in [0, rows)
   */
  int label(int row);

  /**
   * The group of an image, whose weight multiplies its loss in training: its class unless the
   * source has groups of its own.
   *
   * @param row in [0, rows)
   */
  default int group(int row) {
    return label(row);
  }

  /**
   * Copies an image: uint8 C×H×W, or the little-endian bytes of float32 for latents.
   *
   * @param row in [0, rows)
   * @param target receives {@link ImageShape#bytes} bytes from {@code offset} on
   */
  void copy(int row, byte[] target, int offset);
}
