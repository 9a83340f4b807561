package io.winnow.torch.optimiser;

import static io.winnow.torch.kernel.FunctionWriter.literal;

import java.util.List;

/** Writes the kernel functions that turn a gradient into the next weights. */
public final class AdamKernel {
  private static final String LEAVES =
      """
      # the parameters as what gradients are taken of: apart, since the gradient of a vector would be copied together
      def leaves(self: __torch__.Kernel, flat: List[Tensor]) -> List[Tensor]:
        detached = annotate(List[Tensor], [])
        for i in range(torch.len(flat)):
          _0 = torch.append(detached, torch.detach(flat[i]))
        p = (self).parameters(detached, )
        trained = (self).trained(p, )
        for i in range(torch.len(trained)):
          _1 = torch.requires_grad_(trained[i], True)
        return p
      """;

  private static final String GRADIENTS =
      """
      # the gradients of a loss with their elements in the order of the trained parameters'
      def gradients(self: __torch__.Kernel, loss: Tensor, p: List[Tensor]) -> List[Tensor]:
        found = torch.autograd.grad([loss], (self).trained(p, ))
        gradients = annotate(List[Tensor], [])
        for i in range(torch.len(found)):
          _0 = torch.append(gradients, torch.contiguous(unchecked_cast(Tensor, found[i])))
        return gradients
      """;

  // The engine's dead-code elimination drops a fused update of [x], as it does not see that x
  // itself is written; after an append it has to assume so.
  private static final String APPLY =
      """
      # clips the gradients, then changes weights, moments, EMA and step in place, unless they are not finite
      def apply(self: __torch__.Kernel, weights: List[Tensor], gradients: List[Tensor], m: List[Tensor], v: List[Tensor], ema: List[Tensor], step: Tensor, rates: Tensor) -> Tensor:
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
          torch._fused_adamw_((self).trained((self).parameters(weights, ), ), gradients, (self).trained((self).parameters(m, ), ), (self).trained((self).parameters(v, ), ), annotate(List[Tensor], []), steps, lr=float(rates[0]), beta1=%3$s, beta2=%4$s, weight_decay=%5$s, eps=%6$s, amsgrad=False, maximize=False)
          share = torch.sub(1., float(rates[1]))
          for i in range(torch.len(ema)):
            _2 = torch.lerp_(ema[i], weights[i], share)
        else:
          pass
        return norm
      """;

  private AdamKernel() {}

  /**
   * The sources of {@code leaves(flat) -> List[Tensor]}, {@code gradients(loss, leaves) ->
   * List[Tensor]} and {@code apply(weights, gradients, m, v, ema, step, rates) -> Tensor}, for a
   * network in the root namespace. Weights, both moments and the EMA are the float32 buckets of the
   * network's {@link io.winnow.torch.kernel.ParameterTable}. They are changed in place, as is the
   * step's counter (float32 of 1); rates is float64 (learning rate, EMA decay). {@code apply}
   * returns the norm of all gradients before clipping and changes nothing if that is not finite.
   */
  public static List<String> functions(AdamSettings settings) {
    return List.of(
        LEAVES,
        GRADIENTS,
        APPLY.formatted(
            literal(settings.clipNorm()),
            literal(1e-6),
            literal(settings.beta1()),
            literal(settings.beta2()),
            literal(settings.weightDecay()),
            literal(1e-8)));
  }
}
