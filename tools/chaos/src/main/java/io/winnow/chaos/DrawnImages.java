package io.winnow.chaos;

import io.winnow.contracts.spec.RunSpec;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;

/** Generates a small data set of 16×16 grey PNGs in two classes, the same on every call. */
public final class DrawnImages {
  private static final int SIDE = 16;

  private DrawnImages() {}

  /**
   * Writes the folders {@code disc} and {@code stripes}.
   *
   * @param perClass images per class
   * @return the folder
   */
  public static Path write(Path folder, int perClass) throws IOException {
    Random random = new Random(7);
    for (String shape : new String[] {"disc", "stripes"}) {
      Path target = Files.createDirectories(folder.resolve(shape));
      for (int i = 0; i < perClass; i++) {
        ImageIO.write(
            draw(shape.equals("disc"), random),
            "png",
            target.resolve(String.format("%03d.png", i)).toFile());
      }
    }
    return folder;
  }

  /**
   * Parses a run spec whose data set is a local folder.
   *
   * @param json the spec, with {@code %s} in place of the data set's path
   * @param title names the spec in an error
   */
  static RunSpec spec(String json, Path source, String title) {
    String filled = json.formatted(source.toString().replace("\\", "\\\\"));
    return RunSpec.parse(filled.getBytes(StandardCharsets.UTF_8), title);
  }

  private static BufferedImage draw(boolean disc, Random random) {
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
    double x0 = 6 + 4 * random.nextDouble();
    double y0 = 6 + 4 * random.nextDouble();
    double size = 3 + 3 * random.nextDouble();
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        boolean ink = disc ? Math.hypot(x - x0, y - y0) < size : (y + (int) x0) % 4 < 2;
        int grey = (ink ? 200 : 20) + random.nextInt(40);
        image.getRaster().setSample(x, y, 0, grey);
      }
    }
    return image;
  }
}
