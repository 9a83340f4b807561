package io.winnow.models.surrogate;

import io.winnow.contracts.InvalidInputException;
import io.winnow.torch.kernel.FunctionWriter;
import io.winnow.torch.kernel.Layers;
import io.winnow.torch.kernel.Layers.Start;
import io.winnow.torch.kernel.Value;
import java.util.List;

/**
 * A small residual network with group normalisation, whose pooled last layer gives the features.
 * Each level is one pre-activation residual block (He et al., arXiv 1603.05027).
 *
 * @param patch side of the square of pixels that forms one position; 1 for none
 * @param widths channels of each level, finest first; each level has half the positions per side of
 *     the level before; the last is the number of features
 * @param groups groups of the normalisation; divides every width
 */
public record SmallResnet(int patch, List<Integer> widths, int groups)
    implements SurrogateArchitecture {
  static final SurrogateType<SmallResnet> TYPE =
      new SurrogateType<>("small-resnet", SmallResnet.class, SmallResnet::forImages);

  public SmallResnet {
    widths = List.copyOf(widths);
    ClassifierConfig.require(patch >= 1, "squares of " + patch, "use a square of 1 pixel or more");
    ClassifierConfig.require(
        groups >= 1
            && !widths.isEmpty()
            && widths.stream().allMatch(w -> w >= 1 && w % groups == 0),
        "widths %s in %d groups".formatted(widths, groups),
        "use one multiple of the groups per level");
  }

  /** 64 features from three levels. */
  private static SmallResnet forImages(int imageSize) {
    return new SmallResnet(imageSize % 2 == 0 ? 2 : 1, List.of(32, 64, 64), 8);
  }

  /**
   * @throws InvalidInputException the size is not from 4 to 1024 pixels, or {@code patch} does not
   *     divide it
   */
  @Override
  public void requireFit(int imageSize) {
    ClassifierConfig.require(
        imageSize >= 4 && imageSize <= 1024 && imageSize % patch == 0,
        "images of %d×%1$d in squares of %d".formatted(imageSize, patch),
        "use a size from 4 to 1024 that the square divides");
  }

  @Override
  public int dimension() {
    return widths.get(widths.size() - 1);
  }

  @Override
  public Value features(FunctionWriter writer, Layers layers, Value image) {
    writer.layer("in");
    Value h = patch == 1 ? image : writer.spaceToDepth(image, patch);
    h = layers.conv("in", h, widths.get(0), 3, 1, Start.GLOROT);
    for (int level = 0; level < widths.size(); level++) {
      h = block(writer, layers, level, h);
    }
    h = writer.silu(layers.groupNorm("out.norm", h, groups));
    return writer.meanOverPixels(h);
  }

  private Value block(FunctionWriter writer, Layers layers, int level, Value x) {
    String name = "level." + level;
    int width = widths.get(level);
    int stride = level == 0 ? 1 : 2;
    Value h = writer.silu(layers.groupNorm(name + ".norm1", x, groups));
    h = layers.conv(name + ".conv1", h, width, 3, stride, Start.GLOROT);
    h = writer.silu(layers.groupNorm(name + ".norm2", h, groups));
    h = layers.conv(name + ".conv2", h, width, 3, 1, Start.ZERO);
    boolean same = stride == 1 && x.extent(1) == width;
    return writer.add(
        same ? x : layers.conv(name + ".shortcut", x, width, 1, stride, Start.GLOROT), h);
  }
}
