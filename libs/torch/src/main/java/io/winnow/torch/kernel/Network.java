package io.winnow.torch.kernel;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A network as functions of a kernel.
 *
 * @param parameters its parameters
 * @param functions their sources; the first cuts the vector of parameters into views, see {@link
 *     ParameterTable#functions}
 */
public record Network(ParameterTable parameters, List<String> functions) {
  private static final Pattern NAME = Pattern.compile("^def (\\w+)\\(", Pattern.MULTILINE);

  public Network {
    functions = List.copyOf(functions);
  }

  /**
   * The functions to put behind those of another network in one kernel: each under the name {@code
   * prefix + name}, and without those of {@link Layers#functions}, which are there already.
   */
  public List<String> functionsBeside(String prefix) {
    List<String> own = functions.stream().filter(f -> !Layers.functions().contains(f)).toList();
    List<String> names = own.stream().map(Network::name).toList();
    return own.stream().map(function -> renamed(function, names, prefix)).toList();
  }

  /**
   * A function and its calls of some others under longer names.
   *
   * @param names of the functions that get the prefix
   */
  public static String renamed(String function, List<String> names, String prefix) {
    String result = function;
    for (String name : names) {
      result =
          result
              .replace("def " + name + "(self", "def " + prefix + name + "(self")
              .replace("(self)." + name + "(", "(self)." + prefix + name + "(");
    }
    return result;
  }

  private static String name(String function) {
    Matcher name = NAME.matcher(function);
    if (!name.find()) {
      throw new IllegalArgumentException("a function without a name: " + function);
    }
    return name.group(1);
  }
}
