package io.winnow.models.surrogate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.winnow.torch.engine.ScriptModule;
import io.winnow.torch.engine.ScriptModule.Gradients;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.kernel.KernelSource;
import java.util.List;

/** Converts, resizes and normalises images to the input of a surrogate, in one engine call. */
final class Preparation {
  // bilinear, antialiased like PIL and torchvision when it shrinks
  private static final String PREPARE =
      """
      # uint8 N×C×H×W to the surrogate's input; scale: mean and std of values in [0, 1], 2×C
      def prepare(self: __torch__.Kernel, images: Tensor, scale: Tensor, size: Tensor, layout: Tensor) -> Tensor:
        x = torch.div(torch.to(images, 6), 255.)
        s = int(size)
        c = torch.size(scale, 1)
        if torch.eq(torch.size(x, 1), c):
          x1 = x
        else:
          x1 = torch.repeat_interleave(x, c, 1)
        if torch.eq(torch.size(x, 2), s) and torch.eq(torch.size(x, 3), s):
          x2 = x1
        else:
          x2 = torch._upsample_bilinear2d_aa(x1, [s, s], False, None)
        mean = torch.reshape(torch.select(scale, 0, 0), [1, -1, 1, 1])
        std = torch.reshape(torch.select(scale, 0, 1), [1, -1, 1, 1])
        return torch.contiguous(torch.div(torch.sub(x2, mean), std), memory_format=int(layout))
      """;

  private final ScriptModule kernel;
  private final NDArray scale;
  private final NDArray size;

  /**
   * @param owner frees the native memory
   */
  Preparation(Torch torch, NDManager owner, SurrogateInput input) {
    this.kernel = torch.kernel(new KernelSource("surrogate input", List.of(PREPARE)));
    float[] values = new float[2 * input.channels()];
    for (int c = 0; c < input.channels(); c++) {
      values[c] = input.mean().get(c).floatValue();
      values[input.channels() + c] = input.std().get(c).floatValue();
    }
    this.scale = owner.create(values, new Shape(2, input.channels()));
    this.size = owner.create(new long[] {input.size()});
  }

  /**
   * Prepares a batch.
   *
   * @param images uint8 N×C×H×W
   * @param layout the memory format of the result, one number
   * @return float32 N×C×size×size
   */
  NDArray of(NDManager scope, NDArray images, NDArray layout) {
    return kernel.call(scope, "prepare", Gradients.NONE, images, scale, size, layout).head();
  }
}
