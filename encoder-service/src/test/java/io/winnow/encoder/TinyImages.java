package io.winnow.encoder;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;

/** Writes a folder of grey PNGs of two classes that differ plainly: dark and light noise. */
final class TinyImages {
  static final int A_CLASS = 30;

  private TinyImages() {}

  /**
   * @param side pixels
   * @param seed of the noise: other seeds give other data sets
   */
  static Path folder(Path folder, int side, int seed) {
    Random random = new Random(seed);
    for (int i = 0; i < A_CLASS; i++) {
      write(folder.resolve("dark/%02d.png".formatted(i)), noise(side, 0, random));
      write(folder.resolve("light/%02d.png".formatted(i)), noise(side, 128, random));
    }
    return folder;
  }

  static BufferedImage noise(int side, int floor, Random random) {
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < side * side; i++) {
      image.getRaster().setSample(i % side, i / side, 0, floor + random.nextInt(128));
    }
    return image;
  }

  static void write(Path file, BufferedImage image) {
    try {
      Files.createDirectories(file.getParent());
      ImageIO.write(image, "png", file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
