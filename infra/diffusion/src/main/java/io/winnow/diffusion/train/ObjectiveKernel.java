package io.winnow.diffusion.train;

import static io.winnow.diffusion.kernel.FunctionWriter.literal;

import java.util.List;

/**
 * Writes the kernel functions around a network's {@code predict}: the draws, the losses and the
 * step. Images come as uint8 B×C×H×W, labels y as int64 B, the schedule as the float32 3×T of
 * {@link NoiseSchedule#table}. Draws are made on the processor, whatever the device, so that one
 * seed means one (t, ε) everywhere.
 */
public final class ObjectiveKernel {
  private static final String PIXELS =
      """
      # uint8 to [-1, 1]
      def pixels(self: __torch__.Kernel, images: Tensor) -> Tensor:
        return torch.sub(torch.div(torch.to(images, 6), 127.5), 1.)
      """;

  // Stratified: sample i's t lies in one of B equal parts of [0, T), and every part has one.
  private static final String DRAW =
      """
      # t, one from each of B equal parts of [0, T) in random order, and noise
      def draw(self: __torch__.Kernel, x0: Tensor, timesteps: int, seed: int) -> Tuple[Tensor, Tensor]:
        g = torch.Generator(seed=seed)
        B = torch.size(x0, 0)
        part = torch.add(torch.randperm(B, generator=g), torch.rand([B], generator=g))
        t = torch.clamp(torch.to(torch.mul(part, torch.div(timesteps, B)), 4), 0, torch.sub(timesteps, 1))
        noise = torch.randn(torch.size(x0), generator=g)
        device = ops.prim.device(x0)
        return (torch.to(t, device), torch.to(noise, device))
      """;

  private static final String SAMPLE_LOSSES =
      """
      # each sample's mean squared error
      def sample_losses(self: __torch__.Kernel, x0: Tensor, t: Tensor, noise: Tensor, y: Tensor, flat: Tensor, table: Tensor, training: bool, seed: int) -> Tensor:
        signal = torch.reshape(torch.index_select(torch.select(table, 0, 0), 0, t), [-1, 1, 1, 1])
        spread = torch.reshape(torch.index_select(torch.select(table, 0, 1), 0, t), [-1, 1, 1, 1])
        xt = torch.add(torch.mul(signal, x0), torch.mul(spread, noise))
        e = (self).predict(xt, t, y, flat, training, seed, )
        return torch.mean(torch.square(torch.sub(e, noise)), [1, 2, 3])
      """;

  private static final String LOSSES =
      """
      # losses without training: seeds holds that of (t, noise)
      def losses(self: __torch__.Kernel, images: Tensor, y: Tensor, flat: Tensor, table: Tensor, seeds: Tensor) -> Tensor:
        x0 = (self).pixels(images, )
        t, noise, = (self).draw(x0, torch.size(table, 1), int(seeds[0]), )
        return (self).sample_losses(x0, t, noise, y, flat, table, False, 0, )
      """;

  private static final String UPDATE =
      """
      # one step of the optimiser on the weighted mean of the losses; w is brought to mean 1
      def update(self: __torch__.Kernel, x0: Tensor, t: Tensor, noise: Tensor, y: Tensor, w: Tensor, flat: Tensor, m: Tensor, v: Tensor, ema: Tensor, step: Tensor, table: Tensor, rates: Tensor, seed: int) -> List[Tensor]:
        losses = (self).sample_losses(x0, t, noise, y, flat, table, True, seed, )
        snr = torch.index_select(torch.select(table, 0, 2), 0, t)
        share = torch.mul(torch.div(w, torch.mean(w)), snr)
        gradients = torch.autograd.grad([torch.mean(torch.mul(share, losses))], [flat])
        norm = (self).apply(flat, unchecked_cast(Tensor, gradients[0]), m, v, ema, step, rates, )
        return [torch.detach(losses), norm]
      """;

  private static final String STEP =
      """
      # draws, then updates; seeds holds those of (t, noise), of augmentation and of dropout
      def train_step(self: __torch__.Kernel, images: Tensor, y: Tensor, w: Tensor, flat: Tensor, m: Tensor, v: Tensor, ema: Tensor, step: Tensor, table: Tensor, rates: Tensor, seeds: Tensor) -> List[Tensor]:
        x0 = (self).pixels(images, )
        t, noise, = (self).draw(x0, torch.size(table, 1), int(seeds[0]), )
        device = ops.prim.device(x0)
        B = torch.size(x0, 0)
        g = torch.Generator(seed=int(seeds[1]))
        dropped = torch.lt(torch.rand([B], generator=g), %s)
        y1 = torch.masked_fill(y, torch.to(dropped, device), %d)
        return (self).update(x0, t, noise, y1, w, flat, m, v, ema, step, table, rates, int(seeds[2]), )
      """;

  private ObjectiveKernel() {}

  /**
   * The functions of the losses: {@code losses(images, y, flat, table, seeds) -> Tensor}, float32
   * B, and what it calls but {@code predict}.
   */
  public static List<String> lossFunctions() {
    return List.of(PIXELS, DRAW, SAMPLE_LOSSES, LOSSES);
  }

  /**
   * The functions of a training step, {@code train_step} and {@code update}, to follow {@link
   * #lossFunctions} and the optimiser's {@code apply}. Both return the samples' losses, float32 B,
   * and the gradient's norm.
   */
  public static List<String> stepFunctions(Objective objective, int nullClass) {
    return List.of(UPDATE, STEP.formatted(literal(objective.labelDrop()), nullClass));
  }
}
