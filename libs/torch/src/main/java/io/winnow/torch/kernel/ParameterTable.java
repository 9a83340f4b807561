package io.winnow.torch.kernel;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Seeds;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The parameters of a network in the order of their first use. A kernel takes them as ONE float32
 * vector, the parameters one after another, so that gradient, norm, Adam and EMA are one operation
 * each however many layers there are; {@link #functions} cut it into views.
 */
public final class ParameterTable {
  /**
   * One parameter.
   *
   * @param name dotted and stable, e.g. {@code down.0.0.conv1.weight}
   * @param shape its shape, row-major
   * @param initialiser how it starts
   * @param offset its first element in the vector
   * @param exact whether layers get it in float32 even where the network computes in less
   */
  public record Parameter(
      String name, List<Integer> shape, Initialiser initialiser, int offset, boolean exact) {
    public Parameter {
      shape = List.copyOf(shape);
    }

    /** The number of elements. */
    public int size() {
      return shape.stream().mapToInt(Integer::intValue).reduce(1, Math::multiplyExact);
    }
  }

  // all of them in float32 fill a buffer of 2 GiB
  private static final long MOST = Integer.MAX_VALUE / Float.BYTES;

  private final List<Parameter> parameters = new ArrayList<>();
  private final Set<String> names = new LinkedHashSet<>();
  private int size;

  /**
   * Adds a parameter.
   *
   * @return its expression in a function that has the unpacked list as {@code p}
   * @throws IllegalArgumentException if the name is taken
   * @throws InvalidInputException if the network gets too large for one vector
   */
  String add(String name, List<Integer> shape, Initialiser initialiser) {
    return add(name, shape, initialiser, false);
  }

  /** The same for a parameter that stays float32 whatever the network computes in. */
  String addExact(String name, List<Integer> shape, Initialiser initialiser) {
    return add(name, shape, initialiser, true);
  }

  private String add(String name, List<Integer> shape, Initialiser initialiser, boolean exact) {
    if (!names.add(name)) {
      throw new IllegalArgumentException("two parameters are named " + name);
    }
    double elements = shape.stream().mapToDouble(Integer::doubleValue).reduce(1, (a, b) -> a * b);
    if (size + elements > MOST) {
      throw new InvalidInputException(
          "with " + name + " the network has more than " + MOST + " parameters",
          "give it fewer channels, blocks or classes");
    }
    Parameter parameter = new Parameter(name, shape, initialiser, size, exact);
    parameters.add(parameter);
    size += parameter.size();
    return "p[" + (parameters.size() - 1) + "]";
  }

  /** The parameters in their order in the vector. */
  public List<Parameter> parameters() {
    return List.copyOf(parameters);
  }

  /** The length of the vector: how many numbers the network has. */
  public int size() {
    return size;
  }

  /**
   * The parameters at the start of training.
   *
   * @return a direct little-endian buffer of {@link #size()} float32, position 0; each parameter
   *     depends only on the seed and its own name
   */
  public ByteBuffer initialise(long seed) {
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(Math.multiplyExact(size, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    FloatBuffer floats = bytes.asFloatBuffer();
    for (Parameter parameter : parameters) {
      long own = Seeds.of(seed, "initialise." + parameter.name());
      parameter.initialiser().fill(floats, parameter.size(), own);
    }
    return bytes;
  }

  /**
   * The sources of {@code parameters(flat) -> List[Tensor]}, which cuts the float32 vector into
   * views, and of {@code cast(parameters)}, which gives those that are not exact in {@code
   * precision}.
   */
  public List<String> functions(Precision precision) {
    return List.of(parametersFunction(), castFunction(precision));
  }

  private String parametersFunction() {
    String sizes =
        parameters.stream().map(p -> Integer.toString(p.size())).collect(Collectors.joining(", "));
    StringBuilder source = new StringBuilder();
    source.append("def parameters(self: __torch__.Kernel, flat: Tensor) -> List[Tensor]:\n");
    source.append("  s = torch.split_with_sizes(flat, [").append(sizes).append("])\n");
    source.append("  p = annotate(List[Tensor], [])\n");
    for (int i = 0; i < parameters.size(); i++) {
      Parameter parameter = parameters.get(i);
      source.append(
          "  _ = torch.append(p, torch.reshape(s[%d], %s))  # %s%n"
              .formatted(i, parameter.shape(), parameter.name()));
    }
    return source.append("  return p\n").toString();
  }

  private String castFunction(Precision precision) {
    String head = "def cast(self: __torch__.Kernel, parameters: List[Tensor]) -> List[Tensor]:\n";
    if (precision == Precision.FLOAT32) {
      return head + "  return parameters\n";
    }
    String exact =
        IntStream.range(0, parameters.size())
            .filter(i -> parameters.get(i).exact())
            .mapToObj(Integer::toString)
            .collect(Collectors.joining(", "));
    return head
        + """
          exact = annotate(List[int], [%s])
          p = annotate(List[Tensor], [])
          for i in range(torch.len(parameters)):
            if torch.__contains__(exact, i):
              _0 = torch.append(p, parameters[i])
            else:
              _1 = torch.append(p, torch.to(parameters[i], %d))
          return p
        """
            .formatted(exact, precision.scalarType());
  }
}
