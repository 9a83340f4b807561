package io.winnow.models.sample;

import io.winnow.models.train.Prediction;
import io.winnow.models.train.Values;
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

  private static final String EPSILON =
      """
      # the predicted noise with classifier-free guidance
      def epsilon(self: __torch__.Kernel, x: Tensor, t: int, y: Tensor, flat: Tensor, guidance: float, signal: float, spread: float) -> Tensor:
        if torch.eq(guidance, 1.):
          p = (self).predict(x, torch.full_like(y, t), y, (self).parameters(flat, ), False, 0, )
        else:
          yy = torch.cat([y, torch.full_like(y, %d)], 0)
          both = (self).predict(torch.cat([x, x], 0), torch.full_like(yy, t), yy, (self).parameters(flat, ), False, 0, )
          with_class, without_class, = torch.chunk(both, 2, 0)
          p = torch.add(without_class, torch.mul(torch.sub(with_class, without_class), guidance))
        return %s
      """;

  private static final String STEP =
      """
      # c: guidance, t, signal, spread, next signal, direction, sigma
      def sample_step(self: __torch__.Kernel, x: Tensor, y: Tensor, flat: Tensor, c: Tensor, seeds: Tensor) -> Tensor:
        signal = float(c[2])
        spread = float(c[3])
        sigma = float(c[6])
        e = (self).epsilon(x, int(c[1]), y, flat, float(c[0]), signal, spread, )
        x0 = %s
        e0 = torch.div(torch.sub(x, torch.mul(x0, signal)), spread)
        next = torch.add(torch.mul(x0, float(c[4])), torch.mul(e0, float(c[5])))
        if torch.gt(sigma, 0.):
          result = torch.add(next, torch.mul((self).noise(seeds, x, ), sigma))
        else:
          result = next
        return result
      """;

  private static final String X0 = "torch.div(torch.sub(x, torch.mul(e, spread)), signal)";

  private static final String IMAGES =
      """
      # what was drawn: of pixels [-1, 1] to uint8, of latents as it is
      def images(self: __torch__.Kernel, x: Tensor) -> Tensor:
        return %s
      """;

  private static final String EPSILON_AT =
      """
      # epsilon for a caller outside; c: guidance, t, signal, spread
      def epsilon_at(self: __torch__.Kernel, x: Tensor, y: Tensor, flat: Tensor, c: Tensor) -> Tensor:
        return (self).epsilon(x, int(c[1]), y, flat, float(c[0]), float(c[2]), float(c[3]), )
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
   * The functions: {@code noise}, {@code epsilon}, {@code sample_step}, {@code images}.
   *
   * @param channels of an image
   * @param size height and width of an image
   * @param nullClass the label of no class
   * @param prediction what {@code predict} gives
   * @param values what images are made of
   */
  public static List<String> functions(
      int channels, int size, int nullClass, Prediction prediction, Values values) {
    return List.of(
        NOISE.formatted(channels, size, size),
        EPSILON.formatted(nullClass, noise(prediction, "p", "x", "signal", "spread")),
        EPSILON_AT,
        STEP.formatted(values.clipped(X0)),
        IMAGES.formatted(values.result()));
  }
}
