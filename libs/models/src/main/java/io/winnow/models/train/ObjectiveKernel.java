package io.winnow.models.train;

import static io.winnow.torch.kernel.FunctionWriter.literal;

import io.winnow.models.architecture.Backbone;
import io.winnow.models.denoiser.Conditioning;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the kernel functions around a network's {@code predict}: the draws, the losses and the
 * step. Examples come as the model's {@link io.winnow.models.denoiser.ValueRange} says, B×C×H×W,
 * conditions y as its {@link Conditioning} says, the schedule as the float32 table of {@link
 * NoiseSchedule#table}. Draws are made on the processor, whatever the device, so that one seed
 * means one (t, ε) everywhere.
 */
public final class ObjectiveKernel {
  private static final String PIXELS =
      """
      # to float32, pixels to [-1, 1]
      def pixels(self: __torch__.Kernel, images: Tensor) -> Tensor:
        return %s
      """;

  // Stratified: [0, T) is cut into B equal parts, and each part gives the t of one sample.
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

  private static final String ROW =
      """
      # a row of the schedule's table at each sample's timestep, to multiply images with
      def at(self: __torch__.Kernel, table: Tensor, row: int, t: Tensor) -> Tensor:
        return torch.reshape(torch.index_select(torch.select(table, 0, row), 0, t), [-1, 1, 1, 1])
      """;

  private static final String V_TARGET =
      "torch.sub(torch.mul((self).at(table, 0, t, ), noise), torch.mul((self).at(table, 1, t, ), x0))";

  private static final String MIXED =
      """
      # x at t: the example and the noise
      def mixed(self: __torch__.Kernel, x0: Tensor, t: Tensor, noise: Tensor, table: Tensor) -> Tensor:
        return torch.add(torch.mul((self).at(table, 0, t, ), x0), torch.mul((self).at(table, 1, t, ), noise))
      """;

  // %1$s: the function's name, %2$s: the target, %3$s: what is predicted of the output p
  private static final String LOSSES_OF =
      """
      # each sample's mean squared error, given the network's output
      def %1$s(self: __torch__.Kernel, p: Tensor, x0: Tensor, t: Tensor, noise: Tensor, table: Tensor) -> Tensor:
        target = %2$s
        return torch.mean(torch.square(torch.sub(%3$s, target)), [1, 2, 3])
      """;

  // %1$s: the function's name, %2$s: the namespace's predict, %3$s: its losses_of
  private static final String SAMPLE_LOSSES =
      """
      # each sample's mean squared error
      def %1$s(self: __torch__.Kernel, x0: Tensor, t: Tensor, noise: Tensor, y: Tensor, parameters: List[Tensor], table: Tensor, training: bool, seed: int) -> Tensor:
        p = %2$s((self).mixed(x0, t, noise, table, ), t, y, parameters, training, seed, )
        return %3$s(p, x0, t, noise, table, )
      """;

  private static final String LOSSES =
      """
      # losses without training: seeds holds that of (t, noise)
      def losses(self: __torch__.Kernel, images: Tensor, y: Tensor, flat: List[Tensor], table: Tensor, seeds: Tensor) -> Tensor:
        x0 = (self).pixels(images, )
        t, noise, = (self).draw(x0, torch.size(table, 1), int(seeds[0]), )
        return (self).sample_losses(x0, t, noise, y, (self).parameters(flat, ), table, False, 0, )
      """;

  private static final String LOSSES_AT =
      """
      # each image's mean squared error of the noise, at a timestep and with noise of its own
      def losses_at(self: __torch__.Kernel, images: Tensor, y: Tensor, t: Tensor, seeds: Tensor, flat: List[Tensor], table: Tensor) -> Tensor:
        x0 = (self).pixels(images, )
        losses = (self).sample_losses(x0, t, (self).noise(seeds, x0, ), y, (self).parameters(flat, ), table, False, 0, )
        return %s
      """;

  // v = √ᾱ·ε − √(1−ᾱ)·x₀ and ε = √ᾱ·v + √(1−ᾱ)·x: an error of v is one of ε by √ᾱ
  private static final String EPSILON_LOSS_OF_V =
      "torch.mul(torch.square(torch.index_select(torch.select(table, 0, 0), 0, t)), losses)";

  // ε = (x − √ᾱ·x₀) / √(1−ᾱ): an error of x₀ is one of ε by √(ᾱ / (1−ᾱ))
  private static final String EPSILON_LOSS_OF_X0 =
      "torch.mul(torch.square(torch.div(torch.index_select(torch.select(table, 0, 0), 0, t), torch.index_select(torch.select(table, 0, 1), 0, t))), losses)";

  // %1$s: what makes the output p, %2$s: what makes `losses` and perhaps `bound` of it, %3$s: what
  // gradients are taken of, %4$s: what takes them, %5$s: the argument of a second pass
  private static final String PART =
      """
      # losses of samples from up to end, and the gradients of their weighted sum
      def part(self: __torch__.Kernel, all: Tensor, times: Tensor, draws: Tensor, conditions: Tensor, even: Tensor, snr: Tensor, parameters: List[Tensor], table: Tensor, from: int, end: int, seed: int%5$s) -> Tuple[Tensor, List[Tensor]]:
        share = torch.slice(torch.mul(even, snr), 0, from, end)
        x0 = torch.slice(all, 0, from, end)
        t = torch.slice(times, 0, from, end)
        noise = torch.slice(draws, 0, from, end)
        y = torch.slice(conditions, 0, from, end)
        xt = (self).mixed(x0, t, noise, table, )
        %1$s
        %2$s
        objective = %3$s
        %4$s
        return (torch.detach(losses), gradients)
      """;

  private static final String PREDICT = "p = (self).predict(xt, t, y, parameters, True, seed, )";
  private static final String TAKE = "gradients = (self).gradients(objective, parameters, )";
  private static final String PREDICT_KEPT =
      """
      kept = (self).predict_kept(xt, t, y, parameters, )
        p = torch.requires_grad_(torch.detach(kept[0]), True)""";
  private static final String TAKE_BACK =
      """
      found = torch.autograd.grad([objective], [p])
        gradients = (self).predict_back(kept, xt, t, y, parameters, unchecked_cast(Tensor, found[0]), )""";
  private static final String PLAIN = "losses = (self).losses_of(p, x0, t, noise, table, )";
  private static final String HYBRID =
      "losses = (self).losses_of(p, x0, t, noise, table, )\n  bound = (self).bound(x0, xt, t, p, table, )";
  private static final String WEIGHTED = "torch.sum(torch.mul(share, losses))";
  // The bound has no share of Min-SNR's weight (sail-sg/MDT does the same).
  private static final String WEIGHTED_WITH_BOUND =
      "torch.sum(torch.add(torch.mul(share, losses), torch.mul(torch.slice(even, 0, from, end), bound)))";

  // The second pass: the same examples and timesteps, but its own noise, dropped conditions and
  // draws. %1$s: what makes `losses2` and perhaps `bound2`
  private static final String SECOND =
      """
      noise2 = torch.slice(second[0], 0, from, end)
        y2 = torch.slice(second[1], 0, from, end)
        draws2 = annotate(List[Tensor], [])
        for i in range(torch.sub(torch.len(second), 2)):
          _2 = torch.append(draws2, torch.slice(second[torch.add(i, 2)], 0, from, end))
        xt2 = (self).mixed(x0, t, noise2, table, )
        p2 = (self).second_predict(xt2, t, y2, parameters, True, seed, draws2, )
        losses2 = (self).losses_of(p2, x0, t, noise2, table, )%1$s""";

  private static final String SECOND_BOUND = "\n  bound2 = (self).bound(x0, xt2, t, p2, table, )";
  private static final String SECOND_ARGUMENT = ", second: List[Tensor]";
  private static final String SECOND_DRAWS =
      """
      g2 = torch.Generator(seed=int(seeds[3]))
        noise2 = torch.randn(torch.size(x0), generator=g2)
        dropped2 = torch.lt(torch.rand([B], generator=g2), %s)
        second = [torch.to(noise2, device), %s]
        drawn = (self).second_draws(B, g2, )
        for i in range(torch.len(drawn)):
          _ = torch.append(second, torch.to(drawn[i], device))
      """;

  // %1$s: the size of a micro-batch, %2$s and %3$s: the argument of a second pass
  private static final String UPDATE =
      """
      # one step of the optimiser on the weighted mean of the losses; w is brought to mean 1
      def update(self: __torch__.Kernel, x0: Tensor, t: Tensor, noise: Tensor, y: Tensor, w: Tensor, flat: List[Tensor], state: List[Tensor], ema: List[Tensor], step: Tensor, table: Tensor, rates: Tensor, seed: int%2$s) -> List[Tensor]:
        snr = torch.index_select(torch.select(table, 0, 2), 0, t)
        even = torch.div(w, torch.sum(w))
        B = torch.size(x0, 0)
        M = %1$s
        p = (self).leaves(flat, )
        first, gradients, = (self).part(x0, t, noise, y, even, snr, p, table, 0, M, seed, %3$s)
        losses = annotate(List[Tensor], [])
        _ = torch.append(losses, first)
        for i in range(torch.floordiv(torch.sub(B, 1), M)):
          from = torch.mul(torch.add(i, 1), M)
          next, more, = (self).part(x0, t, noise, y, even, snr, p, table, from, torch.add(from, M), torch.add(torch.add(seed, i), 1), %3$s)
          _0 = torch.append(losses, next)
          gradients = torch._foreach_add(gradients, more)
        norm = (self).apply(flat, gradients, state, ema, step, rates, )
        return [torch.cat(losses), norm]
      """;

  // %1$s: share of dropped conditions, %2$s: conditions with those dropped, %3$s: draws of a second
  // pass, %4$s: its argument
  private static final String STEP =
      """
      # draws, then updates; seeds holds those of (t, noise), of augmentation, of dropout and of a second pass
      def train_step(self: __torch__.Kernel, images: Tensor, y: Tensor, w: Tensor, flat: List[Tensor], state: List[Tensor], ema: List[Tensor], step: Tensor, table: Tensor, rates: Tensor, seeds: Tensor) -> List[Tensor]:
        x0 = (self).pixels(images, )
        t, noise, = (self).draw(x0, torch.size(table, 1), int(seeds[0]), )
        device = ops.prim.device(x0)
        B = torch.size(x0, 0)
        g = torch.Generator(seed=int(seeds[1]))
        dropped = torch.lt(torch.rand([B], generator=g), %1$s)
        y1 = %2$s
        %3$sreturn (self).update(x0, t, noise, y1, w, flat, state, ema, step, table, rates, int(seeds[2]), %4$s)
      """;

  private ObjectiveKernel() {}

  /**
   * The functions of the losses: {@code losses(images, y, flat, table, seeds) -> Tensor}, float32
   * B, and what it calls but {@code predict}.
   *
   * @param prediction what the losses are the mean squared error of
   */
  public static List<String> lossFunctions(Backbone backbone, Prediction prediction) {
    return List.of(
        PIXELS.formatted(backbone.config().example().range().toFloat()),
        DRAW,
        ROW,
        MIXED,
        lossesOf(backbone, prediction),
        sampleLosses(backbone),
        LOSSES);
  }

  /**
   * The functions {@code losses_of(p, x0, t, noise, table)} and {@code sample_losses(x0, t, noise,
   * y, parameters, table, training, seed)} of a further network in the backbone's namespace, to
   * follow the {@link #lossFunctions} of the first.
   */
  static List<String> furtherLosses(Backbone backbone, Prediction prediction) {
    return List.of(lossesOf(backbone, prediction), sampleLosses(backbone));
  }

  private static String lossesOf(Backbone backbone, Prediction prediction) {
    return LOSSES_OF.formatted(
        backbone.namespace().name("losses_of"), target(prediction), backbone.predicted("p"));
  }

  private static String sampleLosses(Backbone backbone) {
    return SAMPLE_LOSSES.formatted(
        backbone.namespace().name("sample_losses"),
        backbone.namespace().call("predict"),
        backbone.namespace().call("losses_of"));
  }

  private static String target(Prediction prediction) {
    return switch (prediction) {
      case EPSILON -> "noise";
      case V -> V_TARGET;
      case X0 -> "x0";
    };
  }

  /**
   * The function {@code losses_at(images, y, t, seeds, flat, table) -> Tensor}, float32 B: losses
   * of ε whatever is predicted, at a timestep and a seed of noise for each image. It follows {@link
   * #lossFunctions} and the sampler's {@code noise}.
   */
  public static String lossesAt(Prediction prediction) {
    return LOSSES_AT.formatted(
        switch (prediction) {
          case EPSILON -> "losses";
          case V -> EPSILON_LOSS_OF_V;
          case X0 -> EPSILON_LOSS_OF_X0;
        });
  }

  /**
   * The functions of a training step, {@code train_step} and {@code update}, to follow {@link
   * #lossFunctions} and the optimiser's {@code apply}. Both return the samples' losses, float32 B,
   * and the gradient's norm. Where the variance is learned, the variational bound is added to what
   * is minimised, see {@link VariationalBound}; so is the loss of a second pass, if the network has
   * one, with the same weights. The losses that are returned are those of the first pass.
   *
   * @param microBatch maximum number of samples per pass through the network, whose gradients are
   *     accumulated over the batch; 0 for the whole batch
   */
  public static List<String> stepFunctions(
      Backbone backbone, Prediction prediction, Objective objective, int microBatch) {
    boolean hybrid = backbone.learnsVariance();
    boolean recomputes = backbone.network().recomputes();
    boolean second = backbone.network().secondPass();
    String drop = literal(objective.labelDrop());
    Conditioning conditioning = backbone.config().conditioning();
    String weighted = hybrid ? WEIGHTED_WITH_BOUND : WEIGHTED;
    List<String> functions = new ArrayList<>();
    if (hybrid) {
      functions.addAll(VariationalBound.functions(backbone, prediction));
    }
    functions.add(
        PART.formatted(
            recomputes ? PREDICT_KEPT : PREDICT,
            (hybrid ? HYBRID : PLAIN)
                + (second ? "\n  " + SECOND.formatted(hybrid ? SECOND_BOUND : "") : ""),
            second ? bothPasses(weighted) : weighted,
            recomputes ? TAKE_BACK : TAKE,
            second ? SECOND_ARGUMENT : ""));
    functions.add(
        UPDATE.formatted(
            microBatch == 0 ? "B" : Integer.toString(microBatch),
            second ? SECOND_ARGUMENT : "",
            second ? "second, " : ""));
    functions.add(
        STEP.formatted(
            drop,
            conditioning.dropped("y", "torch.to(dropped, device)"),
            second
                ? SECOND_DRAWS.formatted(
                        drop, conditioning.dropped("y", "torch.to(dropped2, device)"))
                    + "  "
                : "",
            second ? "second, " : ""));
    return functions;
  }

  private static String bothPasses(String weighted) {
    return "torch.add(%s, %s)"
        .formatted(weighted, weighted.replace("losses", "losses2").replace("bound", "bound2"));
  }
}
