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
 */
public record Network(Namespace namespace, ParameterTable parameters, List<String> functions) {
  public Network {
    functions = List.copyOf(functions);
  }
}
