package io.winnow.torch.kernel;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Seeds;
import io.winnow.store.tensor.DType;
import io.winnow.store.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The parameters of a network in the order of their first use. A kernel takes them as a few float32
 * vectors, the buckets, each with many parameters one after another, so that norm, EMA and updates
 * are few operations however many layers there are. {@link #functions} cut the buckets into views.
 * A bucket stays below 2 GiB, which is the most that one Java buffer can hold, so the network can
 * have any size.
 *
 * <p>A frozen parameter is saved under its name like the others but not trained, e.g. a table of
 * positions.
 */
public final class ParameterTable {
  /** The default size of a bucket in elements: 1 GiB of float32. */
  public static final int BUCKET = 1 << 28;

  /**
   * One parameter.
   *
   * @param name dotted and stable, e.g. {@code down.0.0.conv1.weight}
   * @param shape its shape, row-major
   * @param initialiser how it starts
   * @param bucket the index of its bucket
   * @param offset its first element in the bucket
   * @param exact whether layers get it in float32 even where the network computes in less
   * @param trained whether it has a gradient and is updated
   */
  public record Parameter(
      String name,
      List<Integer> shape,
      Initialiser initialiser,
      int bucket,
      int offset,
      boolean exact,
      boolean trained) {
    public Parameter {
      shape = List.copyOf(shape);
    }

    /** The number of elements. */
    public int size() {
      return shape.stream().mapToInt(Integer::intValue).reduce(1, Math::multiplyExact);
    }

    /** The shape as tensors have it. */
    public long[] dimensions() {
      return shape.stream().mapToLong(Integer::longValue).toArray();
    }
  }

  // one parameter in float32 fits a buffer
  private static final long MOST = Integer.MAX_VALUE / Float.BYTES;

  private final int capacity;
  private final List<Parameter> parameters = new ArrayList<>();
  private final Set<String> names = new LinkedHashSet<>();
  private final List<Integer> buckets = new ArrayList<>();

  /** A table with buckets of the default size. */
  public ParameterTable() {
    this(BUCKET);
  }

  /**
   * @param capacity elements of a bucket; a parameter with more has a bucket of its own
   */
  public ParameterTable(int capacity) {
    this.capacity = capacity;
  }

  /**
   * Adds a parameter.
   *
   * @return its expression in a function that has the unpacked list as {@code p}
   * @throws IllegalArgumentException if the name is taken
   * @throws InvalidInputException if one parameter alone has 2 GiB or more
   */
  String add(String name, List<Integer> shape, Initialiser initialiser) {
    return add(name, shape, initialiser, false, true);
  }

  /** Adds a parameter that stays float32 whatever the network computes in. */
  String addExact(String name, List<Integer> shape, Initialiser initialiser) {
    return add(name, shape, initialiser, true, true);
  }

  /** Adds a parameter that is saved but not trained. */
  public String addFrozen(String name, List<Integer> shape, Initialiser initialiser) {
    return add(name, shape, initialiser, false, false);
  }

  /** Adds a parameter that stays float32 and is saved but not trained. */
  String addExactFrozen(String name, List<Integer> shape, Initialiser initialiser) {
    return add(name, shape, initialiser, true, false);
  }

  /**
   * Adds the parameters of a part of the network that occurs several times, such as a block.
   *
   * @param prefix in front of their names
   * @return the index of the first of them in the unpacked list; the others follow in order
   */
  public int addAll(String prefix, ParameterTable part) {
    int first = parameters.size();
    part.parameters.forEach(
        p -> add(prefix + p.name(), p.shape(), p.initialiser(), p.exact(), p.trained()));
    return first;
  }

  private String add(
      String name, List<Integer> shape, Initialiser initialiser, boolean exact, boolean trained) {
    if (!names.add(name)) {
      throw new IllegalArgumentException("two parameters are named " + name);
    }
    double elements = shape.stream().mapToDouble(Integer::doubleValue).reduce(1, (a, b) -> a * b);
    if (elements > MOST) {
      throw new InvalidInputException(
          "parameter " + name + shape + " has more than " + MOST + " elements",
          "give the network fewer channels or classes");
    }
    int last = buckets.size() - 1;
    if (last < 0 || buckets.get(last) + elements > capacity) {
      buckets.add(0);
      last++;
    }
    Parameter parameter =
        new Parameter(name, shape, initialiser, last, buckets.get(last), exact, trained);
    parameters.add(parameter);
    buckets.set(last, buckets.get(last) + parameter.size());
    return "p[" + (parameters.size() - 1) + "]";
  }

  /** The parameters in their order in the buckets. */
  public List<Parameter> parameters() {
    return List.copyOf(parameters);
  }

  /** How many numbers the network has. */
  public long size() {
    return buckets.stream().mapToLong(Integer::longValue).sum();
  }

  /** The number of elements of each bucket. */
  public List<Integer> buckets() {
    return List.copyOf(buckets);
  }

  /** The parameters of one bucket. */
  public List<Parameter> inBucket(int bucket) {
    return parameters.stream().filter(p -> p.bucket() == bucket).toList();
  }

  /**
   * A bucket at the start of training.
   *
   * @return a direct little-endian buffer of float32, position 0; each parameter depends only on
   *     the seed and its own name
   */
  public ByteBuffer initialise(long seed, int bucket) {
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(Math.multiplyExact(buckets.get(bucket), Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    inBucket(bucket).forEach(p -> fill(p, seed, bytes.slice(p.offset() * Float.BYTES, bytes(p))));
    return bytes;
  }

  /** All parameters at the start of training, by name. */
  public Map<String, Tensor> initial(long seed) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Parameter parameter : parameters) {
      ByteBuffer bytes = ByteBuffer.allocate(bytes(parameter));
      fill(parameter, seed, bytes.slice());
      tensors.put(parameter.name(), new Tensor(DType.F32, parameter.dimensions(), bytes));
    }
    return tensors;
  }

  private static int bytes(Parameter parameter) {
    return Math.multiplyExact(parameter.size(), Float.BYTES);
  }

  private static void fill(Parameter parameter, long seed, ByteBuffer target) {
    long own = Seeds.of(seed, "initialise." + parameter.name());
    parameter
        .initialiser()
        .fill(target.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer(), parameter.size(), own);
  }

  /**
   * The sources of {@code parameters(flat) -> List[Tensor]}, which cuts the float32 buckets into
   * views, of {@code trained(p)}, which leaves out the frozen ones, and of {@code
   * cast(parameters)}, which gives those that are not exact in {@code precision}.
   */
  public List<String> functions(Namespace namespace, Precision precision) {
    return List.of(
        parametersFunction(namespace),
        trainedFunction(namespace),
        castFunction(namespace, precision));
  }

  private String parametersFunction(Namespace namespace) {
    StringBuilder source = new StringBuilder();
    source.append(
        "def %s(self: __torch__.Kernel, flat: List[Tensor]) -> List[Tensor]:\n"
            .formatted(namespace.name("parameters")));
    source.append("  p = annotate(List[Tensor], [])\n");
    for (int bucket = 0; bucket < buckets.size(); bucket++) {
      List<Parameter> own = inBucket(bucket);
      String sizes =
          own.stream().map(p -> Integer.toString(p.size())).collect(Collectors.joining(", "));
      String cut = "s" + bucket;
      source.append(
          "  %s = torch.split_with_sizes(flat[%d], [%s])%n".formatted(cut, bucket, sizes));
      for (int i = 0; i < own.size(); i++) {
        source.append(
            "  _ = torch.append(p, torch.reshape(%s[%d], %s))  # %s%n"
                .formatted(cut, i, own.get(i).shape(), own.get(i).name()));
      }
    }
    return source.append("  return p\n").toString();
  }

  private String trainedFunction(Namespace namespace) {
    String head =
        "def %s(self: __torch__.Kernel, p: List[Tensor]) -> List[Tensor]:\n"
            .formatted(namespace.name("trained"));
    if (parameters.stream().allMatch(Parameter::trained)) {
      return head + "  return p\n";
    }
    return head
        + """
          frozen = annotate(List[int], [%s])
          trained = annotate(List[Tensor], [])
          for i in range(torch.len(p)):
            if torch.__contains__(frozen, i):
              pass
            else:
              _0 = torch.append(trained, p[i])
          return trained
        """
            .formatted(indices(parameters.stream().map(p -> !p.trained()).toList()));
  }

  private String castFunction(Namespace namespace, Precision precision) {
    String head =
        "def %s(self: __torch__.Kernel, parameters: List[Tensor]) -> List[Tensor]:\n"
            .formatted(namespace.name("cast"));
    if (precision == Precision.FLOAT32) {
      return head + "  return parameters\n";
    }
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
            .formatted(
                indices(parameters.stream().map(Parameter::exact).toList()),
                precision.scalarType());
  }

  private static String indices(List<Boolean> chosen) {
    return IntStream.range(0, chosen.size())
        .filter(chosen::get)
        .mapToObj(Integer::toString)
        .collect(Collectors.joining(", "));
  }
}
