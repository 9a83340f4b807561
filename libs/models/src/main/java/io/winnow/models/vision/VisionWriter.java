package io.winnow.models.vision;

import io.winnow.torch.kernel.FunctionWriter;
import io.winnow.torch.kernel.Initialiser;
import io.winnow.torch.kernel.Layers;
import io.winnow.torch.kernel.ParameterTable;
import io.winnow.torch.kernel.Value;
import io.winnow.torch.kernel.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the features of a {@link VisionArchitecture} as a kernel function of an image {@code x}
 * and the unpacked parameters {@code p}.
 */
public final class VisionWriter {
  private final boolean keepBlocks;
  private final ParameterTable table = new ParameterTable();
  private final List<String> blocks = new ArrayList<>();
  private final FunctionWriter writer;
  private final Layers layers;
  private int dimension;

  /**
   * @param name of the function
   * @param keepBlocks whether the function has one more argument, a list that each block's output
   *     is added to
   */
  VisionWriter(String name, boolean keepBlocks) {
    this.keepBlocks = keepBlocks;
    List<String> arguments = List.of("x: Tensor", "p: List[Tensor]", "blocks: List[Tensor]");
    this.writer = new FunctionWriter(name, keepBlocks ? arguments : arguments.subList(0, 2));
    this.layers = new Layers(writer, table);
  }

  /** The parameters of what is written so far. */
  ParameterTable table() {
    return table;
  }

  /** The names of the blocks whose output is kept, in order. */
  List<String> blocks() {
    return blocks;
  }

  /** The function of images of one size. */
  String function(VisionArchitecture architecture, int height, int width) {
    Value image = writer.argument("x", List.of(Value.BATCH, 3, height, width));
    Value features = architecture.features(this, image);
    dimension = features.extent(1);
    return writer.finish(features);
  }

  /** The number of features, once the function is written. */
  int dimension() {
    return dimension;
  }

  FunctionWriter operations() {
    return writer;
  }

  Value conv(String name, Value x, int channels, Window window) {
    return layers.convWithoutBias(name, x, channels, window);
  }

  Value batchNorm(String name, Value x, double epsilon) {
    return layers.batchNorm(name, x, epsilon);
  }

  /** Adds a parameter that is published with the network but that its inference does not use. */
  void unused(String name, List<Integer> shape) {
    layers.parameter(name, shape, Initialiser.constant(0));
  }

  /** The same for a statistic, which training keeps and does not learn. */
  void unusedStatistic(String name, List<Integer> shape) {
    table.addFrozen(name, shape, Initialiser.constant(0));
  }

  /** Names the output of a block. */
  Value kept(String name, Value block) {
    blocks.add(name);
    if (keepBlocks) {
      writer.statement("_ = torch.append(blocks, %s)".formatted(block.name()));
    }
    return block;
  }
}
