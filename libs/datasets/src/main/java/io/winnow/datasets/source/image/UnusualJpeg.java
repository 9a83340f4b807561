package io.winnow.datasets.source.image;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes the JPEGs that {@link JpegMarkers#unusual} names with the JDK's reader, which is libjpeg,
 * and converts colours as libjpeg does (jdcolor.c): R = Y + 1.402·(Cr − 128), G = Y − 0.34414·(Cb −
 * 128) − 0.71414·(Cr − 128), B = Y + 1.772·(Cb − 128), in 16-bit fixed point. Four components are
 * CMYK, or YCCK, whose first three convert to the complement of CMY. They are taken as Adobe's
 * programs write them and Pillow reads them, inverted: red is C·K/255 of the stored values, and so
 * on. Colour profiles are not applied.
 */
final class UnusualJpeg {
  private static final String JDK = "com.sun.imageio.plugins.jpeg.";
  private static final int HALF = 1 << 15;
  private static final int CR_R = 91_881;
  private static final int CB_G = 22_554;
  private static final int CR_G = 46_802;
  private static final int CB_B = 116_130;

  private UnusualJpeg() {}

  /**
   * @throws IOException it cannot be decoded, or has neither one, three nor four components
   */
  static BufferedImage decode(byte[] content, JpegMarkers markers, IIOReadWarningListener listener)
      throws IOException {
    ImageReader reader = reader();
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(content))) {
      reader.setInput(in, true, true);
      reader.addIIOReadWarningListener(listener);
      Raster raster = reader.readRaster(0, null);
      return switch (raster.getNumBands()) {
        case 1 -> grey(raster);
        case 3 -> colour(raster, markers.yCbCr());
        case 4 -> inks(raster, markers.ycck());
        default -> throw new IIOException("it has " + raster.getNumBands() + " components");
      };
    } finally {
      reader.dispose();
    }
  }

  private static ImageReader reader() throws IOException {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("jpeg");
    while (readers.hasNext()) {
      ImageReader reader = readers.next();
      if (reader.getClass().getName().startsWith(JDK)) {
        return reader;
      }
    }
    throw new IIOException("this Java runtime has no JPEG reader of its own");
  }

  private static BufferedImage grey(Raster raster) {
    BufferedImage image =
        new BufferedImage(raster.getWidth(), raster.getHeight(), BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setRect(raster);
    return image;
  }

  private static BufferedImage colour(Raster raster, boolean yCbCr) {
    int width = raster.getWidth();
    BufferedImage image = new BufferedImage(width, raster.getHeight(), BufferedImage.TYPE_INT_RGB);
    int[] row = new int[3 * width];
    int[] rgb = new int[width];
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(0, y, width, 1, row);
      for (int x = 0; x < width; x++) {
        int a = row[3 * x];
        int b = row[3 * x + 1];
        int c = row[3 * x + 2];
        rgb[x] = yCbCr ? converted(a, b - 128, c - 128) : a << 16 | b << 8 | c;
      }
      image.setRGB(0, y, width, 1, rgb, 0, width);
    }
    return image;
  }

  private static BufferedImage inks(Raster raster, boolean ycck) {
    int width = raster.getWidth();
    BufferedImage image = new BufferedImage(width, raster.getHeight(), BufferedImage.TYPE_INT_RGB);
    int[] row = new int[4 * width];
    int[] rgb = new int[width];
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(0, y, width, 1, row);
      for (int x = 0; x < width; x++) {
        int a = row[4 * x];
        int b = row[4 * x + 1];
        int c = row[4 * x + 2];
        int cmy = ycck ? ~converted(a, b - 128, c - 128) : a << 16 | b << 8 | c;
        int k = row[4 * x + 3];
        rgb[x] = k - ink(cmy >> 16, k) << 16 | k - ink(cmy >> 8, k) << 8 | k - ink(cmy, k);
      }
      image.setRGB(0, y, width, 1, rgb, 0, width);
    }
    return image;
  }

  /** What an ink takes from the light that black leaves, {@code k}: rounded (255 − c)·k/255. */
  private static int ink(int stored, int k) {
    return ((255 - (stored & 0xFF)) * k + 127) / 255;
  }

  private static int converted(int y, int cb, int cr) {
    int red = clamped(y + (CR_R * cr + HALF >> 16));
    int green = clamped(y + (-CB_G * cb - CR_G * cr + HALF >> 16));
    int blue = clamped(y + (CB_B * cb + HALF >> 16));
    return red << 16 | green << 8 | blue;
  }

  private static int clamped(int value) {
    return Math.max(0, Math.min(255, value));
  }
}
