package io.winnow.models.vision;

import io.winnow.contracts.InvalidInputException;
import io.winnow.store.tensor.DType;
import io.winnow.torch.kernel.FunctionWriter;
import io.winnow.torch.kernel.KernelSource;
import io.winnow.torch.kernel.Layers;
import io.winnow.torch.kernel.Namespace;
import io.winnow.torch.kernel.Network;
import io.winnow.torch.kernel.ParameterTable;
import io.winnow.torch.kernel.Precision;
import io.winnow.torch.kernel.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * A {@link VisionArchitecture} for images of one size. Its functions take images x, B×3×H×W as the
 * weights expect them, and the weights: {@code features(x, flat)} gives B×C, {@code logits(x,
 * flat)} B×classes, {@code blocks(x, flat)} the output of each of {@link #blocks} and the features.
 * {@code resized(x)} brings images of any size to this one, bilinearly and without antialiasing.
 *
 * @param network its functions and parameters
 * @param blocks the names of the blocks, as torchvision names its modules
 */
public record VisionNetwork(Network network, List<String> blocks) {
  private static final String VARIANCE = "running_var";
  private static final String COUNTER = "num_batches_tracked";

  // corners are not aligned
  private static final String RESIZE =
      """
      def resized(self: __torch__.Kernel, x: Tensor) -> Tensor:
        return torch.upsample_bilinear2d(x, [%d, %d], False)
      """;

  private static final String OWN =
      """
      def features(self: __torch__.Kernel, x: Tensor, flat: List[Tensor]) -> Tensor:
        return (self).body(x, (self).cast((self).parameters(flat, ), ), )
      def logits(self: __torch__.Kernel, x: Tensor, flat: List[Tensor]) -> Tensor:
        p = (self).cast((self).parameters(flat, ), )
        return (self).classify((self).body(x, p, ), p, )
      def blocks(self: __torch__.Kernel, x: Tensor, flat: List[Tensor]) -> List[Tensor]:
        kept = annotate(List[Tensor], [])
        features = (self).body_blocks(x, (self).cast((self).parameters(flat, ), ), kept, )
        _ = torch.append(kept, features)
        return kept
      """;

  public VisionNetwork {
    blocks = List.copyOf(blocks);
  }

  /**
   * An entry of a state dict.
   *
   * @param name of the tensor
   * @param shape empty for a scalar
   * @param dtype I64 for the counters of batch normalisation, which inference does not use and a
   *     kernel does not take; otherwise F32
   */
  public record Entry(String name, List<Integer> shape, DType dtype) {
    public Entry {
      shape = List.copyOf(shape);
    }
  }

  /**
   * Writes the network.
   *
   * @throws InvalidInputException the images are too small
   */
  public static VisionNetwork of(VisionArchitecture architecture, int height, int width) {
    int least = architecture.leastSize();
    if (height < least || width < least) {
      throw new InvalidInputException(
          "the network cannot take images of %d×%d".formatted(height, width),
          "use images of at least %d×%1$d".formatted(least));
    }
    VisionWriter writer = new VisionWriter("body", false);
    String body = writer.function(architecture, height, width);
    ParameterTable table = writer.table();
    String keeping = new VisionWriter("body_blocks", true).function(architecture, height, width);
    FunctionWriter head = new FunctionWriter("classify", List.of("x: Tensor", "p: List[Tensor]"));
    Value x = head.argument("x", List.of(Value.BATCH, writer.dimension()));
    String classify = head.finish(new Layers(head, table).linear("fc", x, architecture.classes()));
    List<String> functions = new ArrayList<>(Layers.functions());
    functions.addAll(table.functions(Namespace.ROOT, Precision.FLOAT32));
    functions.addAll(List.of(body, keeping, classify, OWN, RESIZE.formatted(height, width)));
    return new VisionNetwork(new Network(Namespace.ROOT, table, functions), writer.blocks());
  }

  /** The network as a kernel. */
  public KernelSource kernel() {
    return new KernelSource("vision", network.functions());
  }

  /** The tensors of a state dict in its order. */
  public List<Entry> listing() {
    List<Entry> entries = new ArrayList<>();
    for (ParameterTable.Parameter parameter : network.parameters().parameters()) {
      String name = parameter.name();
      entries.add(new Entry(name, parameter.shape(), DType.F32));
      if (name.endsWith("." + VARIANCE)) {
        String norm = name.substring(0, name.length() - VARIANCE.length());
        entries.add(new Entry(norm + COUNTER, List.of(), DType.I64));
      }
    }
    return entries;
  }
}
