package io.winnow.torch.kernel;

/** The memory format of images while a network computes. */
public enum Layout {
  /** Plane after plane: B×C×H×W. */
  CONTIGUOUS(0),
  /** Pixel after pixel, each with all its channels. */
  CHANNELS_LAST(2);

  private final int memoryFormat;

  Layout(int memoryFormat) {
    this.memoryFormat = memoryFormat;
  }

  /** The number by which serialised TorchScript names the format. */
  public int memoryFormat() {
    return memoryFormat;
  }
}
