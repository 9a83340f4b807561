package io.winnow.models.vision;

import io.winnow.torch.kernel.FunctionWriter;
import io.winnow.torch.kernel.Value;
import io.winnow.torch.kernel.Window;
import java.util.List;

/**
 * Inception-v3 (Szegedy et al., arXiv 1512.00567) as torchvision has it, or with the pooling of the
 * TensorFlow network that the Fréchet Inception distance is defined by (Heusel et al., arXiv
 * 1706.08500), as pytorch-fid has it. Images are in [−1, 1], 299×299 in training; the 2048 features
 * are the mean over the last block's positions.
 *
 * @param classes of the classifier
 * @param auxiliary whether the weights have a second classifier for training, {@code AuxLogits},
 *     which inference does not use
 * @param pooling of the branches that pool
 */
public record InceptionV3(int classes, boolean auxiliary, Pooling pooling)
    implements VisionArchitecture {
  private static final Window SAME_3 = Window.same(3, 3);
  private static final Window HALF_3 = Window.square(3, 2, 0);

  /** How a branch pools with stride 1. */
  public enum Pooling {
    /** Means in which the padding counts as zeros. */
    TORCHVISION,
    /** Means over an image's own pixels, and in the last block the maximum. */
    FID
  }

  public InceptionV3 {
    if (classes < 1) {
      throw new IllegalArgumentException(classes + " classes");
    }
  }

  /** As torchvision publishes it. */
  public static InceptionV3 torchvision(int classes) {
    return new InceptionV3(classes, true, Pooling.TORCHVISION);
  }

  /** As pytorch-fid publishes it; the published weights have 1008 classes. */
  public static InceptionV3 fid(int classes) {
    return new InceptionV3(classes, false, Pooling.FID);
  }

  @Override
  public int leastSize() {
    return 75;
  }

  @Override
  public Value features(VisionWriter writer, Value image) {
    return new Blocks(writer, this).features(image);
  }

  /** The blocks, by the names of torchvision's modules. */
  private record Blocks(VisionWriter writer, InceptionV3 network) {
    private static final double EPSILON = 1e-3;

    Value features(Value image) {
      FunctionWriter operations = writer.operations();
      Value h = kept("Conv2d_1a_3x3", conv("Conv2d_1a_3x3", image, 32, HALF_3));
      h = kept("Conv2d_2a_3x3", conv("Conv2d_2a_3x3", h, 32, Window.square(3, 1, 0)));
      h = kept("Conv2d_2b_3x3", conv("Conv2d_2b_3x3", h, 64, SAME_3));
      h = kept("maxpool1", operations.maxPool(h, HALF_3));
      h = kept("Conv2d_3b_1x1", conv("Conv2d_3b_1x1", h, 80, Window.same(1, 1)));
      h = kept("Conv2d_4a_3x3", conv("Conv2d_4a_3x3", h, 192, Window.square(3, 1, 0)));
      h = kept("maxpool2", operations.maxPool(h, HALF_3));
      h = kept("Mixed_5b", fives("Mixed_5b.", h, 32));
      h = kept("Mixed_5c", fives("Mixed_5c.", h, 64));
      h = kept("Mixed_5d", fives("Mixed_5d.", h, 64));
      h = kept("Mixed_6a", halved("Mixed_6a.", h));
      h = kept("Mixed_6b", sevens("Mixed_6b.", h, 128));
      h = kept("Mixed_6c", sevens("Mixed_6c.", h, 160));
      h = kept("Mixed_6d", sevens("Mixed_6d.", h, 160));
      h = kept("Mixed_6e", sevens("Mixed_6e.", h, 192));
      if (network.auxiliary()) {
        auxiliary("AuxLogits.", h.extent(1));
      }
      h = kept("Mixed_7a", halvedBySevens("Mixed_7a.", h));
      h = kept("Mixed_7b", forks("Mixed_7b.", h, false));
      h = kept("Mixed_7c", forks("Mixed_7c.", h, network.pooling() == Pooling.FID));
      return operations.meanOverPixels(h);
    }

    private Value kept(String name, Value block) {
      return writer.kept(name, block);
    }

    // convolution, batch normalisation, ReLU
    private Value conv(String name, Value x, int channels, Window window) {
      Value h = writer.conv(name + ".conv", x, channels, window);
      return writer.operations().relu(writer.batchNorm(name + ".bn", h, EPSILON));
    }

    private Value conv1(String name, Value x, int channels) {
      return conv(name, x, channels, Window.same(1, 1));
    }

    private Value mean(Value x) {
      return writer.operations().averagePool(x, SAME_3, network.pooling() == Pooling.TORCHVISION);
    }

    private Value joined(Value first, Value... others) {
      Value all = first;
      for (Value other : others) {
        all = writer.operations().concat(all, other);
      }
      return all;
    }

    private Value fives(String name, Value x, int pooled) {
      Value one = conv1(name + "branch1x1", x, 64);
      Value five = conv1(name + "branch5x5_1", x, 48);
      five = conv(name + "branch5x5_2", five, 64, Window.same(5, 5));
      Value twice = conv1(name + "branch3x3dbl_1", x, 64);
      twice = conv(name + "branch3x3dbl_2", twice, 96, SAME_3);
      twice = conv(name + "branch3x3dbl_3", twice, 96, SAME_3);
      return joined(one, five, twice, conv1(name + "branch_pool", mean(x), pooled));
    }

    private Value halved(String name, Value x) {
      Value three = conv(name + "branch3x3", x, 384, HALF_3);
      Value twice = conv1(name + "branch3x3dbl_1", x, 64);
      twice = conv(name + "branch3x3dbl_2", twice, 96, SAME_3);
      twice = conv(name + "branch3x3dbl_3", twice, 96, HALF_3);
      return joined(three, twice, writer.operations().maxPool(x, HALF_3));
    }

    // 7×7 windows as rows after columns
    private Value sevens(String name, Value x, int width) {
      Window row = Window.same(1, 7);
      Window column = Window.same(7, 1);
      Value one = conv1(name + "branch1x1", x, 192);
      Value seven = conv1(name + "branch7x7_1", x, width);
      seven = conv(name + "branch7x7_2", seven, width, row);
      seven = conv(name + "branch7x7_3", seven, 192, column);
      Value twice = conv1(name + "branch7x7dbl_1", x, width);
      twice = conv(name + "branch7x7dbl_2", twice, width, column);
      twice = conv(name + "branch7x7dbl_3", twice, width, row);
      twice = conv(name + "branch7x7dbl_4", twice, width, column);
      twice = conv(name + "branch7x7dbl_5", twice, 192, row);
      return joined(one, seven, twice, conv1(name + "branch_pool", mean(x), 192));
    }

    private Value halvedBySevens(String name, Value x) {
      Value three = conv1(name + "branch3x3_1", x, 192);
      three = conv(name + "branch3x3_2", three, 320, HALF_3);
      Value seven = conv1(name + "branch7x7x3_1", x, 192);
      seven = conv(name + "branch7x7x3_2", seven, 192, Window.same(1, 7));
      seven = conv(name + "branch7x7x3_3", seven, 192, Window.same(7, 1));
      seven = conv(name + "branch7x7x3_4", seven, 192, HALF_3);
      return joined(three, seven, writer.operations().maxPool(x, HALF_3));
    }

    private Value forks(String name, Value x, boolean maximum) {
      Value one = conv1(name + "branch1x1", x, 320);
      Value three = fork(name + "branch3x3_2", conv1(name + "branch3x3_1", x, 384));
      Value twice = conv1(name + "branch3x3dbl_1", x, 448);
      twice = conv(name + "branch3x3dbl_2", twice, 384, SAME_3);
      twice = fork(name + "branch3x3dbl_3", twice);
      Value pooled = maximum ? writer.operations().maxPool(x, SAME_3) : mean(x);
      return joined(one, three, twice, conv1(name + "branch_pool", pooled, 192));
    }

    // a row beside a column
    private Value fork(String name, Value x) {
      Value row = conv(name + "a", x, 384, Window.same(1, 3));
      return joined(row, conv(name + "b", x, 384, Window.same(3, 1)));
    }

    private void auxiliary(String name, int channels) {
      unused(name + "conv0", channels, 128, 1);
      unused(name + "conv1", 128, 768, 5);
      writer.unused(name + "fc.weight", List.of(network.classes(), 768));
      writer.unused(name + "fc.bias", List.of(network.classes()));
    }

    private void unused(String name, int in, int channels, int size) {
      writer.unused(name + ".conv.weight", List.of(channels, in, size, size));
      writer.unused(name + ".bn.weight", List.of(channels));
      writer.unused(name + ".bn.bias", List.of(channels));
      writer.unusedStatistic(name + ".bn.running_mean", List.of(channels));
      writer.unusedStatistic(name + ".bn.running_var", List.of(channels));
    }
  }
}
