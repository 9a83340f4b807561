package io.winnow.datasets.source;

import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.ImageShape;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.Locale;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes PNG and JPEG to planes of uint8 in sRGB or grey, as stored (an EXIF orientation is not
 * applied). Refuses what has no plain reading as one or three channels of 8 bits.
 */
final class ImageDecoder {
  /** What an image may have, before anything is allocated for them: 8192×8192. */
  static final long MOST_PIXELS = 1L << 26;

  /** What an image is. */
  record Header(int width, int height, int channels) {}

  private interface Use<T> {
    T apply(ImageReader reader) throws IOException;
  }

  static {
    registerReaders();
  }

  /**
   * Size and channels, without decoding all of it where the format tells.
   *
   * @param name of the file, for errors
   * @throws InvalidInputException unreadable, an alpha channel, more than 8 bits, CMYK
   */
  Header inspect(byte[] content, String name) {
    return read(
        content,
        name,
        reader -> {
          int width = reader.getWidth(0);
          int height = reader.getHeight(0);
          int channels = ImageChannels.of(reader.getImageMetadata(0), name);
          return new Header(width, height, channels);
        });
  }

  /**
   * Decodes an image to the end, for the sake of its errors.
   *
   * @throws InvalidInputException unreadable, cut off
   */
  void check(byte[] content, String name) {
    BufferedImage image = read(content, name, reader -> whole(reader, name));
    plane(image, 0, name);
  }

  /**
   * Decodes an image and fits it to C×H×W uint8 values from {@code offset} on; grey becomes three
   * equal channels where three are asked for.
   *
   * @throws InvalidInputException unreadable, or of another shape than it is to fit
   */
  void decode(byte[] content, String name, Fit fit, ImageShape shape, byte[] pixels, int offset) {
    BufferedImage image = read(content, name, reader -> whole(reader, name));
    if (fit.none() && (image.getWidth() != shape.width() || image.getHeight() != shape.height())) {
      throw new InvalidInputException(
          "%s is %d×%d pixels, not %d×%d"
              .formatted(name, image.getWidth(), image.getHeight(), shape.width(), shape.height()),
          "leave the data alone while it is imported");
    }
    int plane = shape.height() * shape.width();
    for (int c = 0; c < shape.channels(); c++) {
      fit.apply(
          plane(image, c, name), image.getWidth(), image.getHeight(), pixels, offset + c * plane);
    }
  }

  // once: a scan takes each reader out before it puts it back, and others may be decoding
  private static void registerReaders() {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    // a service's class loader is not the one that first filled the registry
    thread.setContextClassLoader(ImageDecoder.class.getClassLoader());
    try {
      ImageIO.scanForPlugins();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  // a few bytes can claim to be any size
  private static void requireSane(ImageReader reader, String name) throws IOException {
    long width = reader.getWidth(0);
    long height = reader.getHeight(0);
    if (width * height > MOST_PIXELS) {
      throw new InvalidInputException(
          "%s says that it is %d×%d pixels".formatted(name, width, height),
          "give images of at most %,d pixels".formatted(MOST_PIXELS));
    }
  }

  private static BufferedImage whole(ImageReader reader, String name) throws IOException {
    IIOReadWarningListener onWarning =
        (source, warning) -> {
          // decoders warn of a file cut off, and fill the rest with grey
          String text = warning.toLowerCase(Locale.ROOT);
          if (text.contains("premature") || text.contains("truncated")) {
            throw unreadable(name, new IIOException(warning));
          }
        };
    reader.addIIOReadWarningListener(onWarning);
    return reader.read(0);
  }

  /** One channel, row by row. */
  private static byte[] plane(BufferedImage image, int channel, String name) {
    int w = image.getWidth();
    int h = image.getHeight();
    byte[] plane = new byte[w * h];
    int[] row = new int[w];
    ColorModel colours = image.getColorModel();
    // the raster's own values but for palettes: getRGB would bend greys by a gamma
    Raster raster = image.getRaster();
    boolean palette = colours instanceof IndexColorModel;
    if (!palette && (raster.getNumBands() == 2 || raster.getNumBands() > 3)) {
      throw ImageChannels.refused(name, raster.getNumBands());
    }
    for (int y = 0; y < h; y++) {
      if (palette) {
        image.getRGB(0, y, w, 1, row, 0, w);
      } else {
        raster.getSamples(0, y, w, 1, Math.min(channel, raster.getNumBands() - 1), row);
      }
      int shift = palette ? 16 - 8 * channel : 0;
      for (int x = 0; x < w; x++) {
        plane[y * w + x] = (byte) (row[x] >> shift);
      }
    }
    return plane;
  }

  private static <T> T read(byte[] content, String name, Use<T> use) {
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(content))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw new IIOException("neither PNG nor JPEG by its first bytes");
      }
      ImageReader reader = readers.next();
      try {
        String format = reader.getFormatName().toLowerCase(Locale.ROOT);
        if (!format.equals("png") && !format.equals("jpeg") && !format.equals("jpg")) {
          throw new IIOException("it is " + format);
        }
        reader.setInput(in);
        requireSane(reader, name);
        return use.apply(reader);
      } finally {
        reader.dispose();
      }
    } catch (InvalidInputException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // decoders meet damaged files with any kind of runtime exception
      throw unreadable(name, e);
    }
  }

  private static InvalidInputException unreadable(String name, Exception e) {
    return new InvalidInputException(
        name + " is not a readable PNG or JPEG: " + e.getMessage(),
        "replace or remove the file",
        e);
  }
}
