package io.winnow.datasets;

/** Labelled images that can be asked for row by row, from several threads at a time. */
public interface RowSource {

  /** How many there are. */
  int rows();

  /** What all images look like. */
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
   * Copies an image, uint8 C×H×W.
   *
   * @param row in [0, rows)
   * @param target has room for {@link ImageShape#bytes} bytes from {@code offset}
   */
  void copy(int row, byte[] target, int offset);
}
