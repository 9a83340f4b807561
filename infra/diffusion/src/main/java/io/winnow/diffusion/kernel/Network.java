package io.winnow.diffusion.kernel;

import java.util.List;

/**
 * A network as functions of a kernel.
 *
 * @param parameters its parameters
 * @param functions their sources; the first cuts the vector of parameters into views, see {@link
 *     ParameterTable#functions}
 */
public record Network(ParameterTable parameters, List<String> functions) {
  public Network {
    functions = List.copyOf(functions);
  }
}
