package io.winnow.models.surrogate;

import io.winnow.contracts.InvalidInputException;
import io.winnow.torch.kernel.FunctionWriter;
import io.winnow.torch.kernel.Layers;
import io.winnow.torch.kernel.Layers.Start;
import io.winnow.torch.kernel.Value;
import io.winnow.torch.kernel.Window;
import java.util.List;

/**
 * A residual network of basic blocks (He et al., arXiv 1512.03385) with group normalisation (Wu and
 * He, arXiv 1803.08494) in place of batch normalisation, so that an image's features do not depend
 * on its batch. The mean over the last level's positions gives the features.
 *
 * @param widths channels of each level, finest first; each level has half the positions per side of
 *     the level before; the last is the number of features
 * @param blocks residual blocks per level
 * @param groups groups of the normalisation; divides every width
 * @param wideStem whether the first layer is a 7×7 convolution of stride 2 and a 3×3 maximum of
 *     stride 2, as for ImageNet; otherwise it is a 3×3 convolution, as for CIFAR
 */
public record GroupNormResnet(List<Integer> widths, int blocks, int groups, boolean wideStem)
    implements SurrogateArchitecture {
  static final SurrogateType<GroupNormResnet> RESNET_18 =
      new SurrogateType<>(
          "resnet-18-gn",
          GroupNormResnet.class,
          size -> new GroupNormResnet(List.of(64, 128, 256, 512), 2, 32, size > 64));

  public GroupNormResnet {
    widths = List.copyOf(widths);
    ClassifierConfig.require(blocks >= 1, blocks + " blocks", "use one block or more per level");
    ClassifierConfig.require(
        groups >= 1
            && !widths.isEmpty()
            && widths.stream().allMatch(w -> w >= 1 && w % groups == 0),
        "widths %s in %d groups".formatted(widths, groups),
        "use one multiple of the groups per level");
  }

  /**
   * @throws InvalidInputException the size is not from 4 to 1024 pixels
   */
  @Override
  public void requireFit(int imageSize) {
    ClassifierConfig.require(
        imageSize >= 4 && imageSize <= 1024,
        "images of %d×%1$d".formatted(imageSize),
        "use a size from 4 to 1024");
  }

  @Override
  public int dimension() {
    return widths.get(widths.size() - 1);
  }

  @Override
  public Value features(FunctionWriter writer, Layers layers, Value image) {
    Value h = layers.conv("stem", image, widths.get(0), stem(), wideStem ? 2 : 1, Start.GLOROT);
    h = writer.relu(layers.groupNorm("stem.norm", h, groups));
    h = wideStem ? writer.maxPool(h, Window.square(3, 2, 1)) : h;
    for (int level = 0; level < widths.size(); level++) {
      for (int block = 0; block < blocks; block++) {
        int stride = level > 0 && block == 0 ? 2 : 1;
        h = block(writer, layers, "level.%d.%d".formatted(level, block), h, level, stride);
      }
    }
    return writer.meanOverPixels(h);
  }

  private int stem() {
    return wideStem ? 7 : 3;
  }

  private Value block(
      FunctionWriter writer, Layers layers, String name, Value x, int level, int stride) {
    int width = widths.get(level);
    Value h = layers.conv(name + ".conv1", x, width, 3, stride, Start.GLOROT);
    h = writer.relu(layers.groupNorm(name + ".norm1", h, groups));
    h = layers.conv(name + ".conv2", h, width, 3, 1, Start.GLOROT);
    h = layers.groupNorm(name + ".norm2", h, groups);
    Value shortcut = x;
    if (stride != 1 || x.extent(1) != width) {
      shortcut = layers.conv(name + ".shortcut", x, width, 1, stride, Start.GLOROT);
      shortcut = layers.groupNorm(name + ".shortcut.norm", shortcut, groups);
    }
    return writer.relu(writer.add(shortcut, h));
  }
}
