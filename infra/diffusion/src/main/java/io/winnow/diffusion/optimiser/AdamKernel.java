package io.winnow.diffusion.optimiser;

import static io.winnow.diffusion.kernel.FunctionWriter.literal;

import java.util.List;

/** Writes the kernel functions that turn a gradient into the next weights. */
public final class AdamKernel {
  // The engine's dead-code elimination drops a fused update of [x], as it does not see that x
  // itself
  // is written; after an append it has to assume so.
  private static final String LISTED =
      """
      def listed(self: __torch__.Kernel, x: Tensor) -> List[Tensor]:
        list = annotate(List[Tensor], [])
        _0 = torch.append(list, x)
        return list
      """;

  private static final String APPLY =
      """
      # clips the gradient, then changes weights, moments, mean and step in place, unless it is not finite
      def apply(self: __torch__.Kernel, weights: Tensor, gradient: Tensor, m: Tensor, v: Tensor, ema: Tensor, step: Tensor, rates: Tensor) -> Tensor:
        norm = torch.linalg_vector_norm(gradient)
        if bool(torch.isfinite(norm)):
          w = torch.detach(weights)
          g = torch.mul(gradient, torch.clamp(torch.mul(torch.reciprocal(torch.add(norm, %s)), %s), None, 1.))
          _0 = torch.add_(step, 1.)
          torch._fused_adamw_((self).listed(w, ), (self).listed(g, ), (self).listed(m, ), (self).listed(v, ), annotate(List[Tensor], []), (self).listed(step, ), lr=float(rates[0]), beta1=%s, beta2=%s, weight_decay=%s, eps=%s, amsgrad=False, maximize=False)
          _1 = torch.lerp_(ema, w, torch.sub(1., float(rates[1])))
        else:
          pass
        return norm
      """;

  private AdamKernel() {}

  /**
   * The sources of {@code apply(weights, gradient, m, v, ema, step, rates) -> Tensor} and what it
   * calls: all but the last two are float32 vectors of the same length, of which weights, both
   * moments, the mean and the step's counter (float32 of 1) are changed in place; rates is float64
   * (learning rate, EMA decay). It returns the norm of the gradient before clipping, and changes
   * nothing if that is not finite.
   */
  public static List<String> functions(AdamSettings settings) {
    return List.of(
        LISTED,
        APPLY.formatted(
            literal(1e-6),
            literal(settings.clipNorm()),
            literal(settings.beta1()),
            literal(settings.beta2()),
            literal(settings.weightDecay()),
            literal(1e-8)));
  }
}
