package io.winnow.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.winnow.experiments.DamagedFashionMnist.Damage;
import io.winnow.experiments.DamagedFashionMnist.Idx;
import io.winnow.experiments.DamagedFashionMnist.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DamagedFashionMnistTest {
  private static final int ROWS = 600;
  private static final int CLASSES = 6;
  private static final int SIDE = 8;
  private static final int PIXELS = SIDE * SIDE;

  /** One kind of damage a class; class 5 is rare. */
  private static final List<Damage> DAMAGES =
      List.of(
          Damage.UNHARMED,
          new Damage(1, Kind.NOISE, 0.5),
          new Damage(1, Kind.BLUR, 0.5),
          new Damage(1, Kind.OCCLUSION, 0.5),
          new Damage(1, Kind.LABEL, 0.3),
          new Damage(0.07, Kind.NONE, 0));

  @TempDir Path folder;

  private Path from;

  /** Class of row r: r mod 6; its pixels are random, and not black. */
  @BeforeEach
  void put() throws IOException {
    from = Files.createDirectory(folder.resolve("from"));
    byte[] images = new byte[ROWS * PIXELS];
    byte[] labels = new byte[ROWS];
    Random random = new Random(3);
    for (int i = 0; i < images.length; i++) {
      images[i] = (byte) (1 + random.nextInt(255));
    }
    for (int row = 0; row < ROWS; row++) {
      labels[row] = (byte) (row % CLASSES);
    }
    new Idx(new int[] {ROWS, SIDE, SIDE}, images).write(from.resolve("train-images-idx3-ubyte.gz"));
    new Idx(new int[] {ROWS}, labels).write(from.resolve("train-labels-idx1-ubyte.gz"));
    Files.write(from.resolve("t10k-labels-idx1-ubyte"), new byte[] {1, 2, 3});
    Files.writeString(from.resolve("labels.txt"), "a\nb\n");
  }

  @Test
  void eachClassHasItsOwnDamageAndTheTestSplitIsUnchanged() throws IOException {
    // when
    Path to = make("to", 1);

    // then
    Idx images = Idx.read(to.resolve("train-images-idx3-ubyte.gz"));
    Idx labels = Idx.read(to.resolve("train-labels-idx1-ubyte.gz"));
    assertThat(images.extents()).containsExactly(507, SIDE, SIDE);
    assertThat(labels.extents()).containsExactly(507);
    List<List<byte[]>> before = byClass(Idx.read(from.resolve("train-images-idx3-ubyte.gz")));
    int[] same = new int[CLASSES];
    int[] occluded = new int[CLASSES];
    int[] relabelled = new int[CLASSES];
    int row = 0;
    int[] next = new int[CLASSES];
    while (row < 507) {
      byte[] image = image(images, row);
      int label = labels.content()[row];
      int black = 0;
      for (byte pixel : image) {
        black += pixel == 0 ? 1 : 0;
      }
      int original = indexOf(before, image);
      if (original >= 0) {
        same[original]++;
        relabelled[original] += label == original ? 0 : 1;
      } else {
        next[label]++;
        occluded[label] += black == PIXELS / 4 ? 1 : 0;
      }
      row++;
    }
    // unharmed, or under another label, or rare: 0.07·100
    assertThat(same[0]).isEqualTo(100);
    assertThat(same[4]).isEqualTo(100);
    assertThat(same[5]).isEqualTo(7);
    assertThat(relabelled[4]).isBetween(15, 45);
    assertThat(relabelled[0] + relabelled[1] + relabelled[2] + relabelled[3]).isZero();
    // about half of the others, and the occluded have a black square of a quarter
    for (int label : new int[] {1, 2, 3}) {
      assertThat(next[label]).as("damaged of " + label).isBetween(30, 70);
      assertThat(same[label] + next[label]).isEqualTo(100);
    }
    assertThat(occluded[3]).isEqualTo(next[3]);
    assertThat(Files.readAllBytes(to.resolve("t10k-labels-idx1-ubyte"))).containsExactly(1, 2, 3);
    assertThat(to.resolve("labels.txt")).hasContent("a\nb\n");
  }

  @Test
  void theSeedDecidesEverything() throws IOException {
    // when
    Path once = make("once", 5);
    Path again = make("again", 5);
    Path other = make("other", 6);

    // then
    for (String file : List.of("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz")) {
      assertThat(again.resolve(file)).hasSameBinaryContentAs(once.resolve(file));
      assertThat(Files.readAllBytes(other.resolve(file)))
          .isNotEqualTo(Files.readAllBytes(once.resolve(file)));
    }
  }

  @Test
  void aBlurIsTheMeanOfItsSurroundings() throws IOException {
    // given one white pixel in the middle of each image
    byte[] image = new byte[PIXELS];
    image[3 * SIDE + 4] = (byte) 250;
    new Idx(new int[] {1, SIDE, SIDE}, image).write(from.resolve("train-images-idx3-ubyte.gz"));
    new Idx(new int[] {1}, new byte[1]).write(from.resolve("train-labels-idx1-ubyte.gz"));

    // when
    Path to = folder.resolve("blurred");
    new DamagedFashionMnist(from, to, 1)
        .make(List.of(new Damage(1, Kind.BLUR, 1), Damage.UNHARMED));

    // then it is spread over the 5×5 around it; above, where the window has 5·3 of its rows, more
    byte[] blurred = Idx.read(to.resolve("train-images-idx3-ubyte.gz")).content();
    assertThat(blurred[3 * SIDE + 4]).isEqualTo((byte) 10);
    assertThat(blurred[5 * SIDE + 2]).isEqualTo((byte) 10);
    assertThat(blurred[SIDE + 4]).isEqualTo((byte) 13);
    assertThat(blurred[6 * SIDE + 4]).isZero();
    assertThat(blurred[3 * SIDE + 1]).isZero();
  }

  /** Needs the files of Debian's dataset-fashion-mnist, installed or unpacked. */
  @Test
  void damagesFashionMnist() throws IOException {
    // given
    Path original =
        Path.of(System.getProperty("winnow.fashion-mnist", "/usr/share/datasets/fashion-mnist"));
    assumeTrue(
        Files.isDirectory(original),
        "there is no Fashion-MNIST at " + original + ": give -Dwinnow.fashion-mnist=FOLDER");

    // when
    Path to = folder.resolve("fashion");
    new DamagedFashionMnist(original, to, 0).make(DamagedFashionMnist.FASHION);

    // then: 6,000 a class but 300 and 1,500 where rows were dropped
    assertThat(Idx.read(to.resolve("train-labels-idx1-ubyte.gz")).extents())
        .containsExactly(7 * 6_000 + 2 * 300 + 1_500);
    assertThat(to.resolve("t10k-images-idx3-ubyte.gz"))
        .hasSameBinaryContentAs(original.resolve("t10k-images-idx3-ubyte.gz"));
  }

  private Path make(String name, long seed) throws IOException {
    Path to = folder.resolve(name);
    new DamagedFashionMnist(from, to, seed).make(DAMAGES);
    return to;
  }

  private static List<List<byte[]>> byClass(Idx images) {
    List<List<byte[]>> byClass = new ArrayList<>();
    for (int label = 0; label < CLASSES; label++) {
      byClass.add(new ArrayList<>());
    }
    for (int row = 0; row < ROWS; row++) {
      byClass.get(row % CLASSES).add(image(images, row));
    }
    return byClass;
  }

  /** The class that had this very image, or −1. */
  private static int indexOf(List<List<byte[]>> byClass, byte[] image) {
    for (int label = 0; label < byClass.size(); label++) {
      for (byte[] other : byClass.get(label)) {
        if (Arrays.equals(other, image)) {
          return label;
        }
      }
    }
    return -1;
  }

  private static byte[] image(Idx images, int row) {
    return Arrays.copyOfRange(images.content(), row * PIXELS, (row + 1) * PIXELS);
  }
}
