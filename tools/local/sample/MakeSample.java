import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Selects the bundled sample from Fashion-MNIST: equally many random images of each class, in the
 * order of the source. Equal sources give equal bytes.
 *
 * <pre>java MakeSample.java /usr/share/datasets/fashion-mnist fashion-mnist</pre>
 */
public final class MakeSample {
  private static final int CLASSES = 10;
  private static final long SEED = 2409_19128L;

  public static void main(String[] args) throws IOException {
    Path source = Path.of(args[0]);
    Path target = Files.createDirectories(Path.of(args[1]));
    draw(source, target, "train", 1_200);
    draw(source, target, "t10k", 200);
  }

  private static void draw(Path source, Path target, String part, int perClass)
      throws IOException {
    String imagesFile = part + "-images-idx3-ubyte.gz";
    String labelsFile = part + "-labels-idx1-ubyte.gz";
    byte[] labels;
    try (DataInputStream in = open(source.resolve(labelsFile))) {
      in.readInt();
      labels = in.readNBytes(in.readInt());
    }
    int[] rows = rows(labels, perClass);
    try (DataInputStream in = open(source.resolve(imagesFile));
        OutputStream images = create(target.resolve(imagesFile));
        OutputStream kept = create(target.resolve(labelsFile))) {
      int magic = in.readInt();
      in.readInt();
      int height = in.readInt();
      int width = in.readInt();
      images.write(ints(magic, rows.length, height, width));
      kept.write(ints(0x0801, rows.length));
      int next = 0;
      for (int row = 0; next < rows.length; row++) {
        byte[] image = in.readNBytes(height * width);
        if (row == rows[next]) {
          images.write(image);
          kept.write(labels[row]);
          next++;
        }
      }
    }
  }

  /** Ascending positions of {@code perClass} rows of each class. */
  private static int[] rows(byte[] labels, int perClass) {
    Random random = new Random(SEED);
    List<Integer> chosen = new ArrayList<>();
    for (int c = 0; c < CLASSES; c++) {
      List<Integer> ofClass = new ArrayList<>();
      for (int i = 0; i < labels.length; i++) {
        if (labels[i] == c) {
          ofClass.add(i);
        }
      }
      Collections.shuffle(ofClass, random);
      chosen.addAll(ofClass.subList(0, perClass));
    }
    return chosen.stream().mapToInt(Integer::intValue).sorted().toArray();
  }

  private static byte[] ints(int... values) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * values.length);
    Arrays.stream(values).forEach(buffer::putInt);
    return buffer.array();
  }

  private static DataInputStream open(Path file) throws IOException {
    return new DataInputStream(new GZIPInputStream(Files.newInputStream(file), 1 << 16));
  }

  private static OutputStream create(Path file) throws IOException {
    return new GZIPOutputStream(Files.newOutputStream(file), 1 << 16) {
      {
        def.setLevel(Deflater.BEST_COMPRESSION);
      }
    };
  }
}
