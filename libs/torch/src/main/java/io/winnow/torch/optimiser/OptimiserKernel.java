package io.winnow.torch.optimiser;

import java.util.List;

/** Writes the kernel functions that turn a loss into the next weights. */
public final class OptimiserKernel {
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

  // %1$s: the optimiser's function, %2$s: its moments
  private static final String APPLY =
      """
      # changes weights, the optimiser's state, EMA and step in place, unless the gradients are not finite
      def apply(self: __torch__.Kernel, weights: List[Tensor], gradients: List[Tensor], state: List[Tensor], ema: List[Tensor], step: Tensor, rates: Tensor) -> Tensor:
        buckets = torch.len(weights)
        norm = (self).%1$s((self).trained((self).parameters(weights, ), ), gradients, %2$sstep, rates, )
        if bool(torch.isfinite(norm)):
          share = torch.sub(1., float(rates[1]))
          for i in range(torch.len(ema)):
            _0 = torch.lerp_(ema[i], weights[i], share)
        else:
          pass
        return norm
      """;

  private static final String MOMENT =
      "(self).trained((self).parameters(torch.slice(state, torch.mul(buckets, %d), torch.mul(buckets, %d)), ), ), ";

  private OptimiserKernel() {}

  /**
   * The sources of {@code leaves(flat) -> List[Tensor]}, {@code gradients(loss, leaves) ->
   * List[Tensor]} and {@code apply(weights, gradients, state, ema, step, rates) -> Tensor}, and of
   * the optimiser's function, for a network in the root namespace. Weights and EMA are the float32
   * buckets of the network's {@link io.winnow.torch.kernel.ParameterTable}, and state holds as many
   * for each of the optimiser's moments, one moment after another. They are changed in place, as is
   * the step's counter (float32 of 1); rates is float64 (learning rate, EMA decay). {@code apply}
   * returns the norm of all gradients before clipping and changes nothing if that is not finite.
   */
  public static List<String> functions(Optimiser optimiser) {
    StringBuilder moments = new StringBuilder();
    for (int i = 0; i < optimiser.moments().size(); i++) {
      moments.append(MOMENT.formatted(i, i + 1));
    }
    return List.of(
        LEAVES, GRADIENTS, optimiser.function(), APPLY.formatted(optimiser.name(), moments));
  }
}
