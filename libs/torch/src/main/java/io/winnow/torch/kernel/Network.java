package io.winnow.torch.kernel;

import java.util.List;

/**
 * A network as functions of a kernel.
 *
 * @param namespace of its functions
 * @param parameters its parameters
 * @param functions their sources in the order of definition: the shared functions of its layers,
 *     those of {@link ParameterTable#functions}, then its own. A kernel of two networks holds the
 *     shared functions once, see {@link KernelSource}
 * @param recomputes whether the network trains by gradient checkpointing (Chen et al., arXiv
 *     1604.06174): it then has the functions {@code predict_kept(x, t, y, parameters) ->
 *     List[Tensor]}, the output and what has to be kept, without gradients, and {@code
 *     predict_back(kept, x, t, y, parameters, gradient) -> List[Tensor]}, the gradients of the
 *     trained parameters given that of the output
 * @param secondPass whether the loss of a second pass is added in training. The network then has
 *     the functions {@code second_draws(B: int, g: Generator) -> List[Tensor]}, what the pass
 *     draws, B first in each shape, and {@code second_predict(x, t, y, parameters, training, seed,
 *     draws)}
 */
public record Network(
    Namespace namespace,
    ParameterTable parameters,
    List<String> functions,
    boolean recomputes,
    boolean secondPass) {
  public Network {
    functions = List.copyOf(functions);
  }

  /** A network that keeps what its gradients need, with one pass. */
  public Network(Namespace namespace, ParameterTable parameters, List<String> functions) {
    this(namespace, parameters, functions, false, false);
  }
}
