package io.winnow.models.sample;

import io.winnow.models.architecture.Backbone;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.denoiser.ExampleSpec;
import io.winnow.models.train.Prediction;
import java.util.ArrayList;
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

  // %1$s: the prediction in the output, %2$s: the estimate of x0
  private static final String ESTIMATE =
      """
      # the estimate of x0 of the network's output; c as in advance
      def estimate(self: __torch__.Kernel, x: Tensor, output: Tensor, c: Tensor) -> Tensor:
        signal = float(c[2])
        spread = float(c[3])
        p = %1$s
        x0 = %2$s
        if torch.gt(float(c[10]), 0.):
          result = torch.clamp(x0, -1., 1.)
        else:
          result = x0
        return result
      """;

  // %1$s: the interpolation in the output
  private static final String LOG_VARIANCE =
      """
      # the logarithm of the learned variance; c as in advance
      def log_variance(self: __torch__.Kernel, output: Tensor, c: Tensor) -> Tensor:
        f = torch.div(torch.add(%1$s, 1.), 2.)
        return torch.add(torch.mul(f, float(c[9])), torch.mul(torch.rsub(f, 1.), float(c[8])))
      """;

  // %1$s: what is added to the mean
  private static final String ADVANCE =
      """
      # the next x of the network's output; c: guidance, t, signal, spread, next signal, direction, sigma, learned, ln of the smallest and of the largest variance, clipped
      def advance(self: __torch__.Kernel, x: Tensor, output: Tensor, c: Tensor, noise: Tensor) -> Tensor:
        x0 = (self).estimate(x, output, c, )
        e0 = torch.div(torch.sub(x, torch.mul(x0, float(c[2]))), float(c[3]))
        next = torch.add(torch.mul(x0, float(c[4])), torch.mul(e0, float(c[5])))
        if torch.gt(float(c[6]), 0.):
      %1$s
        else:
          result = next
        return result
      """;

  private static final String FIXED_VARIANCE =
      "    result = torch.add(next, torch.mul(noise, float(c[6])))";

  private static final String LEARNED_VARIANCE =
      """
          if torch.gt(float(c[7]), 0.):
            log_variance = (self).log_variance(output, c, )
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

  private static final String IMAGES =
      """
      # what was drawn: of pixels [-1, 1] to uint8, of latents as it is
      def images(self: __torch__.Kernel, x: Tensor) -> Tensor:
        return %s
      """;

  private SamplerKernel() {}

  /**
   * The expression of the noise in {@code x}, given that of what was predicted: ε itself, √ᾱ·v +
   * √(1−ᾱ)·x, or (x − √ᾱ·x₀) / √(1−ᾱ).
   */
  public static String noise(
      Prediction prediction, String predicted, String x, String signal, String spread) {
    return switch (prediction) {
      case EPSILON -> predicted;
      case V ->
          "torch.add(torch.mul(%s, %s), torch.mul(%s, %s))".formatted(predicted, signal, x, spread);
      case X0 ->
          "torch.div(torch.sub(%s, torch.mul(%s, %s)), %s)".formatted(x, predicted, signal, spread);
    };
  }

  private static String estimate(Prediction prediction) {
    return prediction == Prediction.X0
        ? "p"
        : "torch.div(torch.sub(x, torch.mul(%s, spread)), signal)"
            .formatted(noise(prediction, "p", "x", "signal", "spread"));
  }

  /**
   * The functions: {@code noise}, {@code guided}, {@code estimate}, {@code advance}, {@code
   * sample_step}, {@code images}; where the variance is learned, {@code log_variance}.
   *
   * @param backbone a network in the root namespace
   * @param prediction what {@code predict} gives
   */
  public static List<String> functions(Backbone backbone, Prediction prediction) {
    DenoiserConfig model = backbone.config();
    ExampleSpec example = model.example();
    int guided = model.architecture().guidedChannels(example);
    boolean all = guided == model.architecture().outputChannels(example);
    boolean learned = backbone.learnsVariance();
    List<String> functions = new ArrayList<>();
    functions.add(NOISE.formatted(example.channels(), example.height(), example.width()));
    functions.add(COMBINE.formatted(all ? ALL_CHANNELS : SOME_CHANNELS.formatted(guided)));
    functions.add(GUIDED.formatted(model.conditioning().unconditional("y")));
    functions.add(ESTIMATE.formatted(backbone.predicted("output"), estimate(prediction)));
    if (learned) {
      functions.add(LOG_VARIANCE.formatted(backbone.variance("output")));
    }
    functions.add(
        ADVANCE.formatted(learned ? LEARNED_VARIANCE.indent(4).stripTrailing() : FIXED_VARIANCE));
    functions.add(STEP);
    functions.add(IMAGES.formatted(example.range().result()));
    return functions;
  }
}
