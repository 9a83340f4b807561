package io.winnow.experiments;

import io.winnow.contracts.Seeds;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Writes an imbalanced and partly corrupted copy of a data set of IDX files (Fashion-MNIST, MNIST):
 * a share of the rows of each class is kept, and a share of those is damaged. The test split is not
 * changed. Every random number depends only on the seed, its purpose and the row, so equal input
 * and seed give equal bytes, and rows are independent of each other. In the root of the repository,
 * after a build:
 *
 * <pre>
 * java -cp libs/contracts/target/classes \
 *   tools/experiments/src/main/java/io/winnow/experiments/DamagedFashionMnist.java FROM TO [SEED]
 * </pre>
 */
public final class DamagedFashionMnist {
  /** A kind of damage. */
  public enum Kind {
    NONE,
    /** Gaussian noise, standard deviation 64 of 255. */
    NOISE,
    /** Box blur over 5×5 pixels. */
    BLUR,
    /** A black rectangle of half the height and width at a random position. */
    OCCLUSION,
    /** A wrong label; the image is unchanged. */
    LABEL
  }

  /**
   * The damage to a class.
   *
   * @param keep share of its n rows to keep, in (0, 1]; round(keep·n) random rows, at least one
   * @param kind of damage
   * @param share probability that a kept row is damaged, in [0, 1]
   */
  public record Damage(double keep, Kind kind, double share) {
    static final Damage UNHARMED = new Damage(1, Kind.NONE, 0);
  }

  /**
   * For Fashion-MNIST: 5 % of the trousers and sneakers, 25 % of the pullovers; noisy dresses,
   * blurred coats, occluded shirts, mislabelled bags; unchanged T-shirts, sandals and boots.
   */
  static final List<Damage> FASHION =
      List.of(
          Damage.UNHARMED,
          new Damage(0.05, Kind.NONE, 0),
          new Damage(0.25, Kind.NONE, 0),
          new Damage(1, Kind.NOISE, 0.5),
          new Damage(1, Kind.BLUR, 0.5),
          Damage.UNHARMED,
          new Damage(1, Kind.OCCLUSION, 0.5),
          new Damage(0.05, Kind.NONE, 0),
          new Damage(1, Kind.LABEL, 0.3),
          Damage.UNHARMED);

  private final Path from;
  private final Path to;
  private final long seed;

  public DamagedFashionMnist(Path from, Path to, long seed) {
    this.from = from;
    this.to = to;
    this.seed = seed;
  }

  public static void main(String[] args) throws IOException {
    if (args.length < 2) {
      System.err.println(
          "usage: DamagedFashionMnist FROM TO [SEED], where FROM is a folder of IDX files");
      System.exit(2);
    }
    long seed = args.length > 2 ? Long.parseLong(args[2]) : 0;
    new DamagedFashionMnist(Path.of(args[0]), Path.of(args[1]), seed).make(FASHION);
  }

  /**
   * Writes train-images-idx3-ubyte.gz and train-labels-idx1-ubyte.gz with the kept rows in their
   * original order, and copies all files that do not belong to the train split.
   *
   * @param damages one for each label that occurs
   */
  public void make(List<Damage> damages) throws IOException {
    Files.createDirectories(to);
    Idx images = Idx.read(find("train-images"));
    Idx labels = Idx.read(find("train-labels"));
    int[] labelOf = new int[labels.extents()[0]];
    Arrays.setAll(labelOf, row -> labels.content()[row] & 0xFF);
    int side = images.extents()[1];
    int pixels = side * images.extents()[2];
    boolean[] kept = kept(labelOf, damages);
    int count = 0;
    byte[] keptImages = new byte[images.content().length];
    byte[] keptLabels = new byte[labelOf.length];
    for (int row = 0; row < labelOf.length; row++) {
      if (kept[row]) {
        Damage damage = damages.get(labelOf[row]);
        SplittableRandom random = new SplittableRandom(Seeds.of(seed, "damage", row));
        boolean damaged = random.nextDouble() < damage.share();
        byte[] image = Arrays.copyOfRange(images.content(), row * pixels, row * pixels + pixels);
        byte[] after = damaged ? damaged(image, side, damage.kind(), random) : image;
        System.arraycopy(after, 0, keptImages, count * pixels, pixels);
        boolean relabelled = damaged && damage.kind() == Kind.LABEL;
        keptLabels[count] =
            (byte) (relabelled ? another(labelOf[row], damages.size(), random) : labelOf[row]);
        count++;
      }
    }
    new Idx(new int[] {count, side, images.extents()[2]}, Arrays.copyOf(keptImages, count * pixels))
        .write(to.resolve("train-images-idx3-ubyte.gz"));
    new Idx(new int[] {count}, Arrays.copyOf(keptLabels, count))
        .write(to.resolve("train-labels-idx1-ubyte.gz"));
    copyTheRest();
  }

  private boolean[] kept(int[] labelOf, List<Damage> damages) {
    boolean[] kept = new boolean[labelOf.length];
    for (int label = 0; label < damages.size(); label++) {
      int current = label;
      long[][] drawn =
          IntStream.range(0, labelOf.length)
              .filter(row -> labelOf[row] == current)
              .mapToObj(row -> new long[] {Seeds.of(seed, "keep", row), row})
              .sorted((a, b) -> Long.compare(a[0], b[0]))
              .toArray(long[][]::new);
      long most = Math.max(1, Math.round(damages.get(label).keep() * drawn.length));
      for (int i = 0; i < Math.min(most, drawn.length); i++) {
        kept[(int) drawn[i][1]] = true;
      }
    }
    return kept;
  }

  private static int another(int label, int classes, SplittableRandom random) {
    return (label + 1 + random.nextInt(classes - 1)) % classes;
  }

  private static byte[] damaged(byte[] image, int side, Kind kind, SplittableRandom random) {
    return switch (kind) {
      case NONE, LABEL -> image;
      case NOISE -> noisy(image, random);
      case BLUR -> blurred(image, side);
      case OCCLUSION -> occluded(image, side, random);
    };
  }

  private static byte[] noisy(byte[] image, SplittableRandom random) {
    byte[] result = new byte[image.length];
    for (int i = 0; i < image.length; i++) {
      // Box-Muller transform in StrictMath: equal bits on every machine
      double radius = Math.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
      double normal = radius * StrictMath.cos(2 * Math.PI * random.nextDouble());
      result[i] = (byte) Math.max(0, Math.min(255, Math.round((image[i] & 0xFF) + 64 * normal)));
    }
    return result;
  }

  private static byte[] blurred(byte[] image, int side) {
    int width = image.length / side;
    byte[] result = new byte[image.length];
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < width; x++) {
        int sum = 0;
        int n = 0;
        for (int v = Math.max(0, y - 2); v <= Math.min(side - 1, y + 2); v++) {
          for (int u = Math.max(0, x - 2); u <= Math.min(width - 1, x + 2); u++) {
            sum += image[v * width + u] & 0xFF;
            n++;
          }
        }
        result[y * width + x] = (byte) Math.round((double) sum / n);
      }
    }
    return result;
  }

  private static byte[] occluded(byte[] image, int side, SplittableRandom random) {
    int width = image.length / side;
    int top = random.nextInt(side - side / 2 + 1);
    int left = random.nextInt(width - width / 2 + 1);
    byte[] result = image.clone();
    for (int y = top; y < top + side / 2; y++) {
      Arrays.fill(result, y * width + left, y * width + left + width / 2, (byte) 0);
    }
    return result;
  }

  private Path find(String part) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      return files
          .filter(file -> file.getFileName().toString().contains(part))
          .findFirst()
          .orElseThrow(() -> new IOException(from + " has no " + part + "-idx…-ubyte"));
    }
  }

  private void copyTheRest() throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = file.getFileName().toString();
        if (!name.contains("train-")) {
          Files.copy(file, to.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }

  /** The content of an IDX file of unsigned bytes. */
  record Idx(int[] extents, byte[] content) {

    static Idx read(Path file) throws IOException {
      try (InputStream raw = Files.newInputStream(file);
          DataInputStream in =
              new DataInputStream(
                  file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw)) {
        int[] extents = new int[in.readInt() & 0xFF];
        for (int i = 0; i < extents.length; i++) {
          extents[i] = in.readInt();
        }
        return new Idx(extents, in.readAllBytes());
      }
    }

    void write(Path file) throws IOException {
      try (OutputStream raw = Files.newOutputStream(file);
          DataOutputStream out = new DataOutputStream(new GZIPOutputStream(raw))) {
        out.writeInt(8 << 8 | extents.length);
        for (int extent : extents) {
          out.writeInt(extent);
        }
        out.write(content);
      }
    }
  }
}
