package io.winnow.models.vision;

import io.winnow.torch.kernel.FunctionWriter;
import io.winnow.torch.kernel.Value;
import io.winnow.torch.kernel.Window;
import java.util.List;

/**
 * The residual networks of He et al. (arXiv 1512.03385) as torchvision has them: the stride of a
 * bottleneck is that of its 3×3 convolution. The features are the mean over the last level's
 * positions.
 *
 * @param blocks residual blocks of each of the four levels
 * @param bottleneck whether a block is three convolutions, of which the last quadruples the
 *     channels; otherwise it is two
 * @param classes of the classifier
 */
public record Resnet(List<Integer> blocks, boolean bottleneck, int classes)
    implements VisionArchitecture {
  private static final double EPSILON = 1e-5;
  private static final int LEVELS = 4;
  private static final int WIDTH = 64;

  public Resnet {
    blocks = List.copyOf(blocks);
    if (blocks.size() != LEVELS || blocks.stream().anyMatch(n -> n < 1) || classes < 1) {
      throw new IllegalArgumentException(blocks + " blocks, " + classes + " classes");
    }
  }

  /** ResNet-18, 512 features. */
  public static Resnet of18(int classes) {
    return new Resnet(List.of(2, 2, 2, 2), false, classes);
  }

  /** ResNet-34, 512 features. */
  public static Resnet of34(int classes) {
    return new Resnet(List.of(3, 4, 6, 3), false, classes);
  }

  /** ResNet-50, 2048 features. */
  public static Resnet of50(int classes) {
    return new Resnet(List.of(3, 4, 6, 3), true, classes);
  }

  /** ResNet-101, 2048 features. */
  public static Resnet of101(int classes) {
    return new Resnet(List.of(3, 4, 23, 3), true, classes);
  }

  @Override
  public int leastSize() {
    return 1;
  }

  @Override
  public Value features(VisionWriter writer, Value image) {
    FunctionWriter operations = writer.operations();
    Value h = writer.kept("conv1", writer.conv("conv1", image, WIDTH, Window.square(7, 2, 3)));
    h = writer.kept("bn1", writer.batchNorm("bn1", h, EPSILON));
    h = operations.maxPool(operations.relu(h), Window.square(3, 2, 1));
    for (int level = 0; level < LEVELS; level++) {
      String name = "layer" + (level + 1);
      for (int block = 0; block < blocks.get(level); block++) {
        int stride = level > 0 && block == 0 ? 2 : 1;
        h = block(writer, name + "." + block, h, WIDTH << level, stride);
      }
      writer.kept(name, h);
    }
    return operations.meanOverPixels(h);
  }

  private Value block(VisionWriter writer, String name, Value x, int width, int stride) {
    FunctionWriter operations = writer.operations();
    int channels = bottleneck ? 4 * width : width;
    Value h = x;
    if (bottleneck) {
      h = operations.relu(part(writer, name, 1, h, width, Window.same(1, 1)));
      h = operations.relu(part(writer, name, 2, h, width, Window.square(3, stride, 1)));
      h = part(writer, name, 3, h, channels, Window.same(1, 1));
    } else {
      h = operations.relu(part(writer, name, 1, h, width, Window.square(3, stride, 1)));
      h = part(writer, name, 2, h, channels, Window.same(3, 3));
    }
    Value shortcut = x;
    if (stride != 1 || x.extent(1) != channels) {
      String downsample = name + ".downsample.";
      shortcut = writer.conv(downsample + 0, x, channels, Window.square(1, stride, 0));
      shortcut = writer.batchNorm(downsample + 1, shortcut, EPSILON);
    }
    return operations.relu(operations.add(h, shortcut));
  }

  private static Value part(
      VisionWriter writer, String name, int index, Value x, int channels, Window window) {
    Value h = writer.conv(name + ".conv" + index, x, channels, window);
    return writer.batchNorm(name + ".bn" + index, h, EPSILON);
  }
}
