package io.winnow.torch.optimiser;

import static io.winnow.torch.kernel.FunctionWriter.literal;

/** Writes Adan's update as a kernel function. */
public final class AdanKernel {
  // Before the first step there is no difference of gradients: it counts as 0.
  private static final String ADAN =
      """
      # clips the gradients, then changes weights, moments, previous gradients and step in place, unless they are not finite
      def adan(self: __torch__.Kernel, weights: List[Tensor], gradients: List[Tensor], m: List[Tensor], d: List[Tensor], n: List[Tensor], previous: List[Tensor], step: Tensor, rates: Tensor) -> Tensor:
        norm = torch.linalg_vector_norm(torch.stack(torch._foreach_norm(gradients)))
        if bool(torch.isfinite(norm)):
          scale = torch.ones_like(norm)
          if %1$s:
            scale = torch.clamp(torch.mul(torch.reciprocal(torch.add(norm, %3$s)), %2$s), None, 1.)
          else:
            pass
          _0 = torch.add_(step, 1.)
          k = float(step)
          rate = float(rates[0])
          decay = torch.mul(rate, %7$s)
          of_m = torch.div(rate, torch.sub(1., torch.pow(%4$s, k)))
          of_d = torch.div(torch.mul(rate, %5$s), torch.sub(1., torch.pow(%5$s, k)))
          of_n = torch.pow(torch.sub(1., torch.pow(%6$s, k)), 0.5)
          for i in range(torch.len(weights)):
            w = weights[i]
            g = torch.mul(gradients[i], scale)
            if torch.eq(k, 1.):
              _1 = torch.copy_(previous[i], g)
            else:
              pass
            difference = torch.sub(g, previous[i])
            looked = torch.add(g, difference, alpha=%5$s)
            _2 = torch.add_(torch.mul_(m[i], %4$s), g, alpha=torch.sub(1., %4$s))
            _3 = torch.add_(torch.mul_(d[i], %5$s), difference, alpha=torch.sub(1., %5$s))
            _4 = torch.addcmul_(torch.mul_(n[i], %6$s), looked, looked, value=torch.sub(1., %6$s))
            divisor = torch.add(torch.div(torch.sqrt(n[i]), of_n), %3$s)
            %8$s
            _6 = torch.addcdiv_(w, m[i], divisor, value=torch.neg(of_m))
            _7 = torch.addcdiv_(w, d[i], divisor, value=torch.neg(of_d))
            %9$s
            _9 = torch.copy_(previous[i], g)
        else:
          pass
        return norm
      """;

  private static final String BEFORE = "_5 = torch.mul_(w, torch.sub(1., decay))";
  private static final String AFTER = "_8 = torch.div_(w, torch.add(1., decay))";

  private AdanKernel() {}

  /**
   * The source of {@code adan(weights, gradients, m, d, n, previous, step, rates) -> Tensor}. The
   * lists have one float32 tensor per parameter or bucket; all but the gradients are changed in
   * place, as is the step's counter (of 1 element). {@code previous} becomes the clipped gradient;
   * what it holds before the first step does not matter. rates is float64 (learning rate). Returns
   * the norm of all gradients before clipping, and changes nothing if that is not finite.
   */
  public static String function(AdanSettings settings) {
    return ADAN.formatted(
        settings.clipNorm() > 0 ? "True" : "False",
        literal(settings.clipNorm()),
        literal(settings.epsilon()),
        literal(settings.beta1()),
        literal(settings.beta2()),
        literal(settings.beta3()),
        literal(settings.weightDecay()),
        settings.noProx() ? BEFORE : "pass",
        settings.noProx() ? "pass" : AFTER);
  }
}
