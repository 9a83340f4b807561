package io.winnow.models.sample;

import io.winnow.models.architecture.Backbone;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.denoiser.ExampleSpec;
import io.winnow.models.train.Prediction;
import java.util.List;

/**
 * Writes the kernel functions of sampling, to follow a network's {@code predict}. Noise is drawn on
 * the processor with one seed an image, so an image does not depend on those drawn beside it.
 */
public final class SamplerKernel {
  /** The name under which the seeds of images' noise are derived. */
  public static final String NOISE_NAME = "sample.noise";

  private static final String NOISE =
      """
      # standard normal noise, an image a seed, on the device of like
      def noise(self: __torch__.Kernel, seeds: Tensor, like: Tensor) -> Tensor:
        images = annotate(List[Tensor], [])
        for i in range(torch.size(seeds, 0)):
          _0 = torch.append(images, torch.randn([%d, %d, %d], generator=torch.Generator(seed=int(seeds[i]))))
        return torch.to(torch.stack(images), ops.prim.device(like))
      """;

  // %1$s: the unconditional y, %2$s: the guided combination of with_condition and without
  private static final String GUIDED =
      """
      # the network's output with classifier-free guidance
      def guided(self: __torch__.Kernel, x: Tensor, t: int, y: Tensor, flat: List[Tensor], guidance: float) -> Tensor:
        if torch.eq(guidance, 1.):
          times = torch.full([torch.size(x, 0)], t, dtype=4, device=ops.prim.device(x))
          p = (self).predict(x, times, y, (self).parameters(flat, ), False, 0, )
        else:
          times = torch.full([torch.mul(torch.size(x, 0), 2)], t, dtype=4, device=ops.prim.device(x))
          yy = torch.cat([y, %1$s], 0)
          both = (self).predict(torch.cat([x, x], 0), times, yy, (self).parameters(flat, ), False, 0, )
          with_condition, without, = torch.chunk(both, 2, 0)
          p = (self).combine(with_condition, without, guidance, )
        return p
      """;

  private static final String COMBINE =
      """
      # classifier-free guidance of predictions
      def combine(self: __torch__.Kernel, with_condition: Tensor, without: Tensor, guidance: float) -> Tensor:
        %s
      """;

  private static final String ALL_CHANNELS =
      "return torch.add(without, torch.mul(torch.sub(with_condition, without), guidance))";

  private static final String SOME_CHANNELS =
      """
      u = torch.slice(without, 1, 0, %1$d)
        c = torch.slice(with_condition, 1, 0, %1$d)
        return torch.cat([torch.add(u, torch.mul(torch.sub(c, u), guidance)), torch.slice(with_condition, 1, %1$d)], 1)""";

  // %1$s: the prediction in the output, %2$s: the noise in p, %3$s: the estimate of x0, %4$s: what
  // is added
  private static final String ADVANCE =
      """
      # the next x of the network's output; c: guidance, t, signal, spread, next signal, direction, sigma, learned, ln of the smallest and of the largest variance
      def advance(self: __torch__.Kernel, x: Tensor, output: Tensor, c: Tensor, noise: Tensor) -> Tensor:
        signal = float(c[2])
        spread = float(c[3])
        p = %1$s
        e = %2$s
        x0 = %3$s
        e0 = torch.div(torch.sub(x, torch.mul(x0, signal)), spread)
        next = torch.add(torch.mul(x0, float(c[4])), torch.mul(e0, float(c[5])))
        if torch.gt(float(c[6]), 0.):
      %4$s
        else:
          result = next
        return result
      """;

  private static final String FIXED_VARIANCE =
      "    result = torch.add(next, torch.mul(noise, float(c[6])))";

  private static final String LEARNED_VARIANCE =
      """
          if torch.gt(float(c[7]), 0.):
            f = torch.div(torch.add(%s, 1.), 2.)
            log_variance = torch.add(torch.mul(f, float(c[9])), torch.mul(torch.rsub(f, 1.), float(c[8])))
            result = torch.add(next, torch.mul(torch.exp(torch.mul(log_variance, 0.5)), noise))
          else:
            result = torch.add(next, torch.mul(noise, float(c[6])))""";

  private static final String STEP =
      """
      # one step of the sampler; c as in advance
      def sample_step(self: __torch__.Kernel, x: Tensor, y: Tensor, flat: List[Tensor], c: Tensor, seeds: Tensor) -> Tensor:
        output = (self).guided(x, int(c[1]), y, flat, float(c[0]), )
        if torch.gt(float(c[6]), 0.):
          noise = (self).noise(seeds, x, )
        else:
          noise = x
        return (self).advance(x, output, c, noise, )
      """;

  private static final String X0 = "torch.div(torch.sub(x, torch.mul(e, spread)), signal)";

  private static final String IMAGES =
      """
      # what was drawn: of pixels [-1, 1] to uint8, of latents as it is
      def images(self: __torch__.Kernel, x: Tensor) -> Tensor:
        return %s
      """;

  private SamplerKernel() {}

  /**
   * The expression of the noise in {@code x}, given that of what was predicted: ε itself, or √ᾱ·v +
   * √(1−ᾱ)·x.
   */
  public static String noise(
      Prediction prediction, String predicted, String x, String signal, String spread) {
    return switch (prediction) {
      case EPSILON -> predicted;
      case V ->
          "torch.add(torch.mul(%s, %s), torch.mul(%s, %s))".formatted(predicted, signal, x, spread);
    };
  }

  /**
   * The functions: {@code noise}, {@code guided}, {@code advance}, {@code sample_step}, {@code
   * images}.
   *
   * @param backbone a network in the root namespace
   * @param prediction what {@code predict} gives
   */
  public static List<String> functions(Backbone backbone, Prediction prediction) {
    DenoiserConfig model = backbone.config();
    ExampleSpec example = model.example();
    int guided = model.architecture().guidedChannels(example);
    boolean all = guided == model.architecture().outputChannels(example);
    return List.of(
        NOISE.formatted(example.channels(), example.height(), example.width()),
        COMBINE.formatted(all ? ALL_CHANNELS : SOME_CHANNELS.formatted(guided)),
        GUIDED.formatted(model.conditioning().unconditional("y")),
        ADVANCE.formatted(
            backbone.predicted("output"),
            noise(prediction, "p", "x", "signal", "spread"),
            example.range().clipped(X0),
            backbone.learnsVariance()
                ? LEARNED_VARIANCE.formatted(backbone.variance("output")).indent(4).stripTrailing()
                : FIXED_VARIANCE),
        STEP,
        IMAGES.formatted(example.range().result()));
  }
}
