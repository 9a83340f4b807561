package io.winnow.datasets;

/**
 * Labelled images in memory.
 *
 * @param images uint8 N×C×H×W; for latents the little-endian bytes of float32
 * @param labels N class indices
 */
public record ImageBatch(ImageShape shape, byte[] images, int[] labels) implements RowSource {

  public ImageBatch {
    if (images.length != (long) labels.length * shape.bytes()) {
      throw new IllegalArgumentException(
          labels.length
              + " images of "
              + shape
              + " take "
              + (long) labels.length * shape.bytes()
              + " bytes, not "
              + images.length);
    }
  }

  @Override
  public int rows() {
    return labels.length;
  }

  @Override
  public int label(int row) {
    return labels[row];
  }

  @Override
  public void copy(int row, byte[] target, int offset) {
    System.arraycopy(images, row * shape.bytes(), target, offset, shape.bytes());
  }

  /** The images at these positions, in this order. */
  public ImageBatch rows(int[] which) {
    int bytes = shape.bytes();
    byte[] chosen = new byte[Math.multiplyExact(which.length, bytes)];
    int[] chosenLabels = new int[which.length];
    for (int i = 0; i < which.length; i++) {
      System.arraycopy(images, which[i] * bytes, chosen, i * bytes, bytes);
      chosenLabels[i] = labels[which[i]];
    }
    return new ImageBatch(shape, chosen, chosenLabels);
  }
}
