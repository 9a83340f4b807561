package io.winnow.torch.optimiser;

import static io.winnow.torch.kernel.FunctionWriter.literal;

/** Writes AdamW's update as a kernel function. */
final class AdamKernel {
  // The engine's dead-code elimination drops a fused update of [x], as it does not see that x
  // itself is written; after an append it has to assume so.
  private static final String ADAM =
      """
      # clips the gradients, then changes weights, moments and step in place, unless they are not finite
      def adam(self: __torch__.Kernel, weights: List[Tensor], gradients: List[Tensor], m: List[Tensor], v: List[Tensor], step: Tensor, rates: Tensor) -> Tensor:
        norm = torch.linalg_vector_norm(torch.stack(torch._foreach_norm(gradients)))
        if bool(torch.isfinite(norm)):
          if bool(torch.gt(norm, %1$s)):
            torch._foreach_mul_(gradients, torch.mul(torch.reciprocal(torch.add(norm, %2$s)), %1$s))
          else:
            pass
          _0 = torch.add_(step, 1.)
          steps = annotate(List[Tensor], [])
          for i in range(torch.len(gradients)):
            _1 = torch.append(steps, step)
          torch._fused_adamw_(weights, gradients, m, v, annotate(List[Tensor], []), steps, lr=float(rates[0]), beta1=%3$s, beta2=%4$s, weight_decay=%5$s, eps=%6$s, amsgrad=False, maximize=False)
        else:
          pass
        return norm
      """;

  private AdamKernel() {}

  /** The source of {@code adam}, see {@link Optimiser#function}. */
  static String function(AdamSettings settings) {
    return ADAM.formatted(
        literal(settings.clipNorm()),
        literal(1e-6),
        literal(settings.beta1()),
        literal(settings.beta2()),
        literal(settings.weightDecay()),
        literal(1e-8));
  }
}
