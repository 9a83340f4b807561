package io.winnow.datasets.source;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.contracts.spec.DatasetSpec.Resize;
import io.winnow.datasets.ImageShape;
import io.winnow.datasets.source.Resampling.Taps;
import java.io.IOException;
import java.util.Arrays;

/**
 * How images come to the size that the data set's images have.
 *
 * @param resize by crop, by squash, or not at all
 * @param size pixels a side to come to; 0 with {@code NONE}
 */
record Fit(Resize resize, int size) {
  /** As many pixels as are held at once to be shrunk. */
  private static final long MAX_PIXELS = 32L << 20;

  static Fit of(DatasetSpec spec) {
    return new Fit(spec.resize(), spec.size() == null ? 0 : spec.size());
  }

  boolean none() {
    return resize == Resize.NONE;
  }

  /**
   * The shape that such an image has once it fits.
   *
   * @throws InvalidInputException it cannot: not square where nothing is resized, or too large
   */
  ImageShape shape(String what, int channels, int height, int width) {
    if (none()) {
      return Layout.shape(what, channels, height, width);
    }
    if ((long) height * width > MAX_PIXELS || height < 1 || width < 1) {
      throw new InvalidInputException(
          what + " is " + width + "×" + height + " pixels",
          "an image to be resized has at most " + (MAX_PIXELS >> 20) + " Mi pixels: shrink it");
    }
    return new ImageShape(channels, size, size);
  }

  /** A reader of rows of a fixed shape that fits them. */
  RowReader rows(RowReader in, ImageShape from) {
    return none() ? in : new Fitted(in, from, this);
  }

  /**
   * Fits one channel. Crop resizes the shorter side to {@code size} and the longer one by the same
   * ratio, rounded, and takes the middle; squash resizes both sides to {@code size}.
   *
   * @param plane height×width uint8
   * @param target gets size×size uint8 from {@code offset} on
   */
  void apply(byte[] plane, int width, int height, byte[] target, int offset) {
    if (none() || width == size && height == size) {
      System.arraycopy(plane, 0, target, offset, plane.length);
      return;
    }
    Resampling.apply(plane, width, taps(width, height), taps(height, width), target, offset);
  }

  private Taps taps(int side, int other) {
    int whole =
        resize == Resize.CROP && side > other
            ? Math.toIntExact(Math.round((double) size * side / other))
            : size;
    return Taps.of(side, whole, (whole - size) / 2, size);
  }

  private static final class Fitted implements RowReader {
    private final RowReader in;
    private final ImageShape from;
    private final Fit fit;

    Fitted(RowReader in, ImageShape from, Fit fit) {
      this.in = in;
      this.from = from;
      this.fit = fit;
    }

    @Override
    public void next(byte[] pixels, int offset) throws IOException {
      byte[] row = new byte[from.bytes()];
      in.next(row, 0);
      int plane = from.height() * from.width();
      for (int c = 0; c < from.channels(); c++) {
        fit.apply(
            Arrays.copyOfRange(row, c * plane, (c + 1) * plane),
            from.width(),
            from.height(),
            pixels,
            offset + c * fit.size() * fit.size());
      }
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
