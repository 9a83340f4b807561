package io.winnow.datasets.source.image;

import io.winnow.contracts.Causes;
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
 * Decodes PNG and JPEG to uint8 planes in sRGB or grey, turned as their EXIF {@link Orientation}
 * says. JPEGs in CMYK become RGB. Rejects images that are not one or three channels of 8 bits, such
 * as images with transparency.
 */
public final class ImageDecoder {
  /** The most pixels of one image, checked before anything is allocated: 8192×8192. */
  public static final long MOST_PIXELS = 1L << 26;

  private static final int COLOUR = 3;

  /** An image's size in pixels and its channels, 1 or 3. */
  public record Header(int width, int height, int channels) {}

  private interface Use<T> {
    T apply(ImageReader reader) throws IOException;
  }

  static {
    registerReaders();
  }

  /**
   * Size and channels; decodes only as much as the format requires.
   *
   * @param name of the file, for errors
   * @throws InvalidInputException unreadable, an alpha channel, more than 8 bits
   */
  public Header inspect(byte[] content, String name) {
    return read(
        content,
        name,
        reader -> {
          int width = reader.getWidth(0);
          int height = reader.getHeight(0);
          int channels =
              png(reader) || !JpegMarkers.of(content).inks()
                  ? ImageChannels.of(reader.getImageMetadata(0), name)
                  : COLOUR;
          return Orientation.of(content).transposes()
              ? new Header(height, width, channels)
              : new Header(width, height, channels);
        });
  }

  /**
   * Decodes an image completely, to find its errors.
   *
   * @throws InvalidInputException unreadable or truncated
   */
  public void check(byte[] content, String name) {
    BufferedImage image = read(content, name, reader -> whole(reader, content, name));
    plane(image, 0, name);
  }

  /**
   * Decodes and resizes an image to C×H×W uint8 values; grey is repeated if {@code shape} has three
   * channels.
   *
   * @param pixels receives the values from {@code offset} on
   * @throws InvalidInputException unreadable, or not of the expected size
   */
  public void decode(
      byte[] content,
      String name,
      ImageResizing resizing,
      ImageShape shape,
      byte[] pixels,
      int offset) {
    BufferedImage image = read(content, name, reader -> whole(reader, content, name));
    Orientation orientation = Orientation.of(content);
    int width = orientation.transposes() ? image.getHeight() : image.getWidth();
    int height = orientation.transposes() ? image.getWidth() : image.getHeight();
    if (resizing.none() && (width != shape.width() || height != shape.height())) {
      throw new InvalidInputException(
          "%s is %d×%d pixels, not %d×%d"
              .formatted(name, width, height, shape.width(), shape.height()),
          "do not change the data during the import");
    }
    int plane = shape.height() * shape.width();
    for (int c = 0; c < shape.channels(); c++) {
      byte[] stored = plane(image, c, name);
      byte[] shown = orientation.shown(stored, image.getWidth(), image.getHeight());
      resizing.apply(shown, width, height, pixels, offset + c * plane);
    }
  }

  // once: a scan unregisters each reader before it registers it again, while other threads decode
  private static void registerReaders() {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    // the registry may have been filled by another class loader than the service's
    thread.setContextClassLoader(ImageDecoder.class.getClassLoader());
    try {
      ImageIO.scanForPlugins();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  // a header of a few bytes can claim any size
  private static void requireAllowedSize(ImageReader reader, String name) throws IOException {
    long width = reader.getWidth(0);
    long height = reader.getHeight(0);
    if (width * height > MOST_PIXELS) {
      throw new InvalidInputException(
          "%s claims to be %d×%d pixels".formatted(name, width, height),
          "provide images of at most %,d pixels".formatted(MOST_PIXELS));
    }
  }

  private static BufferedImage whole(ImageReader reader, byte[] content, String name)
      throws IOException {
    IIOReadWarningListener onWarning =
        (source, warning) -> {
          if (!DecoderWarnings.harmless(warning)) {
            throw unreadable(name, new IIOException(warning));
          }
        };
    if (!png(reader)) {
      JpegMarkers markers = JpegMarkers.of(content);
      if (markers.unusual()) {
        return UnusualJpeg.decode(content, markers, onWarning);
      }
    }
    reader.addIIOReadWarningListener(onWarning);
    return reader.read(0);
  }

  private static boolean png(ImageReader reader) throws IOException {
    return reader.getFormatName().toLowerCase(Locale.ROOT).equals("png");
  }

  /** One channel, row by row. */
  private static byte[] plane(BufferedImage image, int channel, String name) {
    int w = image.getWidth();
    int h = image.getHeight();
    byte[] plane = new byte[w * h];
    int[] row = new int[w];
    ColorModel colours = image.getColorModel();
    // read the raster except for palettes: getRGB would apply a gamma to grey values
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
        requireAllowedSize(reader, name);
        return use.apply(reader);
      } finally {
        reader.dispose();
      }
    } catch (InvalidInputException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // on damaged files, decoders throw all kinds of runtime exceptions
      throw unreadable(name, e);
    }
  }

  private static InvalidInputException unreadable(String name, Exception e) {
    return new InvalidInputException(
        name + " is not a readable PNG or JPEG: " + Causes.of(e), "replace or remove the file", e);
  }
}
