package io.winnow.chaos;

import io.winnow.contracts.spec.RunSpec;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;

/** A small data set of 16×16 grey PNGs: discs and stripes, always the same. */
public final class DrawnImages {
  private static final int SIDE = 16;

  private DrawnImages() {}

  /**
   * @param perClass images of each
   */
  public static Path write(Path folder, int perClass) throws IOException {
    Random random = new Random(7);
    for (String shape : new String[] {"disc", "stripes"}) {
      Path of = Files.createDirectories(folder.resolve(shape));
      for (int i = 0; i < perClass; i++) {
        ImageIO.write(
            draw(shape.equals("disc"), random),
            "png",
            of.resolve(String.format("%03d.png", i)).toFile());
      }
    }
    return folder;
  }

  /**
   * A spec that trains on them.
   *
   * @param json the spec, {@code %s} where the path of its source belongs
   * @param what it is, for an error
   */
  static RunSpec spec(String json, Path source, String what) {
    String filled = json.formatted(source.toString().replace("\\", "\\\\"));
    return RunSpec.parse(filled.getBytes(StandardCharsets.UTF_8), what);
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
