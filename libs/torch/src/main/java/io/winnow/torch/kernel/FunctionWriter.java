package io.winnow.torch.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Writes one TorchScript function an operation a line. Every value's shape is known while writing,
 * so that a network that does not fit together fails here, with the layer's name, and not in the
 * engine.
 */
public final class FunctionWriter {
  private final String signature;
  private final List<String> lines = new ArrayList<>();
  private String layer = "";
  private int values;

  /**
   * @param name the function's name
   * @param arguments the typed arguments after {@code self}, e.g. {@code "x: Tensor", "t: Tensor"}
   */
  public FunctionWriter(String name, List<String> arguments) {
    this.signature =
        "def %s(self: __torch__.Kernel, %s) -> Tensor:"
            .formatted(name, String.join(", ", arguments));
  }

  /** Names the layer that the next operations belong to: a comment there, and in every error. */
  public void layer(String name) {
    layer = name;
    lines.add("# " + name);
  }

  /** Writes a statement as it is. */
  public void statement(String statement) {
    lines.add(statement);
  }

  /** Writes an operation whose shape the caller vouches for. */
  public Value let(String expression, List<Integer> shape) {
    String name = "x" + values++;
    lines.add(name + " = " + expression);
    return new Value(name, shape);
  }

  /** An argument of the function. */
  public Value argument(String name, List<Integer> shape) {
    return new Value(name, shape);
  }

  /** Elementwise SiLU, x·sigmoid(x). */
  public Value silu(Value x) {
    return let("torch.silu(%s)".formatted(x.name()), x.shape());
  }

  /** Elementwise maximum with zero. */
  public Value relu(Value x) {
    return let("torch.relu(%s)".formatted(x.name()), x.shape());
  }

  /** Which form of GELU. */
  public enum Gelu {
    /** x·Φ(x) by the error function. */
    ERF("none"),
    /** The approximation by tanh (Hendrycks and Gimpel, arXiv 1606.08415). */
    TANH("tanh"),
    /** The approximation by sigmoid, x·sigmoid(1.702x), of the same article; CLIP's. */
    SIGMOID("sigmoid");

    private final String approximate;

    Gelu(String approximate) {
      this.approximate = approximate;
    }
  }

  /** Elementwise GELU. */
  public Value gelu(Value x, Gelu form) {
    if (form == Gelu.SIGMOID) {
      return let(
          "torch.mul(%1$s, torch.sigmoid(torch.mul(%1$s, 1.702)))".formatted(x.name()), x.shape());
    }
    return let(
        "torch.gelu(%s, approximate=\"%s\")".formatted(x.name(), form.approximate), x.shape());
  }

  /** The product of two values of one shape. */
  public Value multiply(Value a, Value b) {
    require(a.shape().equals(b.shape()), "cannot multiply %s and %s".formatted(a, b));
    return let("torch.mul(%s, %s)".formatted(a.name(), b.name()), a.shape());
  }

  /** The sum of two values of one shape. */
  public Value add(Value a, Value b) {
    require(a.shape().equals(b.shape()), "cannot add %s and %s".formatted(a, b));
    return let("torch.add(%s, %s)".formatted(a.name(), b.name()), a.shape());
  }

  /** Adds a B×C vector to every pixel of a B×C×H×W image. */
  public Value addToPixels(Value image, Value vector) {
    requireImage(image);
    require(
        vector.rank() == 2 && vector.extent(1) == image.extent(1),
        "cannot add %s to the pixels of %s".formatted(vector, image));
    return let(
        "torch.add(%s, torch.unsqueeze(torch.unsqueeze(%s, -1), -1))"
            .formatted(image.name(), vector.name()),
        image.shape());
  }

  /** Joins two images along their channels. */
  public Value concat(Value a, Value b) {
    requireImage(a);
    requireImage(b);
    require(
        a.extent(2) == b.extent(2) && a.extent(3) == b.extent(3),
        "cannot concatenate %s and %s".formatted(a, b));
    return let(
        "torch.cat([%s, %s], 1)".formatted(a.name(), b.name()),
        List.of(Value.BATCH, a.extent(1) + b.extent(1), a.extent(2), a.extent(3)));
  }

  /** The first channels of an image. */
  public Value firstChannels(Value x, int channels) {
    requireImage(x);
    require(channels <= x.extent(1), "cannot take %d channels of %s".formatted(channels, x));
    return let(
        "torch.slice(%s, 1, 0, %d)".formatted(x.name(), channels),
        List.of(Value.BATCH, channels, x.extent(2), x.extent(3)));
  }

  /** Adds zeros around an image: {@code before} above and left, {@code after} below and right. */
  public Value pad(Value x, int before, int after) {
    requireImage(x);
    return let(
        "torch.constant_pad_nd(%s, [%d, %d, %2$d, %3$d])".formatted(x.name(), before, after),
        List.of(
            Value.BATCH, x.extent(1), x.extent(2) + before + after, x.extent(3) + before + after));
  }

  /** The square of {@code size} pixels that begins {@code before} pixels from above and left. */
  public Value crop(Value x, int before, int size) {
    requireImage(x);
    require(
        before + size <= x.extent(2) && before + size <= x.extent(3),
        "cannot cut %d pixels after %d out of %s".formatted(size, before, x));
    return let(
        "torch.slice(torch.slice(%s, 2, %d, %d), 3, %2$d, %3$d)"
            .formatted(x.name(), before, before + size),
        List.of(Value.BATCH, x.extent(1), size, size));
  }

  /** Doubles the height and width by repeating pixels. */
  public Value upsample(Value x) {
    requireImage(x);
    int height = 2 * x.extent(2);
    int width = 2 * x.extent(3);
    return let(
        "torch.upsample_nearest2d(%s, [%d, %d])".formatted(x.name(), height, width),
        List.of(Value.BATCH, x.extent(1), height, width));
  }

  /** Moves every patch×patch square of pixels into channels. */
  public Value spaceToDepth(Value x, int patch) {
    requireImage(x);
    require(
        x.extent(2) % patch == 0 && x.extent(3) % patch == 0,
        "cannot cut %s into squares of %d".formatted(x, patch));
    return let(
        "torch.pixel_unshuffle(%s, %d)".formatted(x.name(), patch),
        List.of(
            Value.BATCH, x.extent(1) * patch * patch, x.extent(2) / patch, x.extent(3) / patch));
  }

  /** The inverse of {@link #spaceToDepth}. */
  public Value depthToSpace(Value x, int patch) {
    requireImage(x);
    require(
        x.extent(1) % (patch * patch) == 0,
        "cannot spread the channels of %s over squares of %d".formatted(x, patch));
    return let(
        "torch.pixel_shuffle(%s, %d)".formatted(x.name(), patch),
        List.of(
            Value.BATCH, x.extent(1) / (patch * patch), x.extent(2) * patch, x.extent(3) * patch));
  }

  /** The maximum in each position of a window; padding never is the maximum. */
  public Value maxPool(Value x, Window window) {
    requireImage(x);
    return let(
        "torch.max_pool2d(%s, %s)".formatted(x.name(), pooling(window)),
        window.over(x, x.extent(1)));
  }

  /**
   * The mean in each position of a window.
   *
   * @param countPadding whether padding counts as zeros; otherwise the mean is over the image's own
   *     pixels
   */
  public Value averagePool(Value x, Window window, boolean countPadding) {
    requireImage(x);
    return let(
        "torch.avg_pool2d(%s, %s, False, %s)"
            .formatted(x.name(), pooling(window), countPadding ? "True" : "False"),
        window.over(x, x.extent(1)));
  }

  private static String pooling(Window window) {
    return "[%1$d, %2$d], [%3$d, %3$d], [%4$d, %5$d]"
        .formatted(
            window.height(), window.width(), window.stride(), window.above(), window.beside());
  }

  /** The mean over an image's pixels: B×C×H×W to B×C. */
  public Value meanOverPixels(Value x) {
    requireImage(x);
    return let("torch.mean(%s, [2, 3])".formatted(x.name()), List.of(Value.BATCH, x.extent(1)));
  }

  /** The same elements in another shape. */
  public Value reshape(Value x, List<Integer> shape) {
    require(elements(x.shape()) == elements(shape), "cannot see %s as %s".formatted(x, shape));
    return let("torch.reshape(%s, %s)".formatted(x.name(), shape), shape);
  }

  /** Ends the function. */
  public String finish(Value result) {
    String body = lines.stream().map(line -> "  " + line + "\n").collect(Collectors.joining());
    return signature + "\n" + body + "  return " + result.name() + "\n";
  }

  /** A number as TorchScript reads it, with all its digits. */
  public static String literal(double value) {
    return Double.toString(value);
  }

  void requireImage(Value x) {
    require(x.rank() == 4, "expects B×C×H×W, not %s".formatted(x));
  }

  void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException("layer " + layer + " " + otherwise);
    }
  }

  private static long elements(List<Integer> shape) {
    return shape.stream().mapToLong(extent -> Math.abs(extent)).reduce(1, Math::multiplyExact);
  }
}
