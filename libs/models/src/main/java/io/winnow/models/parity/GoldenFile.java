package io.winnow.models.parity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.winnow.contracts.Causes;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.store.tensor.DType;
import io.winnow.store.tensor.SafeTensors;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.kernel.ParameterTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A file of recorded computations: JSON that names the architecture ({@code arch}), its
 * configuration ({@code config}) and what each tensor is ({@code tensors}), and safetensors files
 * beside it ({@code files}) with the weights {@code w.*}, the inputs {@code in.*} and the outputs
 * {@code out.*}. Instead of shipping the weights a file may give a {@code formula}.
 */
public final class GoldenFile {
  private static final ObjectMapper MAPPER = Json.mapper();
  private static final String WEIGHT = "w.";

  private final Path path;
  private final JsonNode json;
  private final Map<String, Tensor> tensors;

  private GoldenFile(Path path, JsonNode json, Map<String, Tensor> tensors) {
    this.path = path;
    this.json = json;
    this.tensors = tensors;
  }

  /**
   * @throws InvalidInputException the file or one of its tensor files is missing or damaged
   */
  public static GoldenFile read(Path path) {
    JsonNode json = tree(path);
    boolean network = json.path("arch").isTextual();
    if (!json.path("tensors").isObject() || !network && !json.has(DiffusionTables.LISTS)) {
      throw new InvalidInputException(
          path + " does not record an architecture's computations",
          "give a JSON file with \"arch\", \"config\", \"files\" and \"tensors\"");
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    if (!network) {
      String name = path.getFileName().toString().replaceFirst("\\.json$", "");
      Path beside = path.toAbsolutePath().resolveSibling(name + ".safetensors");
      tensors.putAll(SafeTensors.read(beside, "file " + beside));
    }
    for (JsonNode file : json.path("files")) {
      Path beside = path.toAbsolutePath().resolveSibling(file.asText());
      tensors.putAll(SafeTensors.read(beside, "file " + beside));
    }
    return new GoldenFile(path, json, tensors);
  }

  private static JsonNode tree(Path path) {
    try {
      return MAPPER.readTree(Files.readAllBytes(path));
    } catch (NoSuchFileException e) {
      throw new InvalidInputException("there is no file " + path, "check the path", e);
    } catch (IOException e) {
      throw new InvalidInputException(
          path + " is not valid JSON: " + Causes.of(e), "give a JSON file", e);
    }
  }

  /**
   * The name of the architecture, e.g. {@code dit} or {@code dit_s2_full}; {@code diffusion-tables}
   * of a file without a network.
   */
  public String arch() {
    return json.path("arch").asText(DiffusionTables.KIND);
  }

  /** The architecture's configuration. */
  public JsonNode config() {
    return json.path("config");
  }

  /**
   * A setting that must be there.
   *
   * @throws InvalidInputException it is missing
   */
  public JsonNode setting(String name) {
    JsonNode value = config().path(name);
    if (value.isMissingNode()) {
      throw new InvalidInputException(
          path + ": \"config\" has no \"" + name + "\"", "record the whole configuration");
    }
    return value;
  }

  /** Recorded numbers and lists that are no tensors. */
  public JsonNode scalars() {
    return json.path("scalars");
  }

  /** The L2 norms of the gradients by parameter; empty where none are recorded. */
  public JsonNode gradientNorms() {
    return json.path("grad_norms");
  }

  /** How the file describes each tensor: {@code what}, {@code absmax}, {@code fp32_error}. */
  public JsonNode described() {
    return json.path("tensors");
  }

  /**
   * What the file says of a tensor. A text that begins with "the same" is followed by that of the
   * tensor before, which it refers to.
   */
  public String what(String name) {
    String before = "";
    Iterator<Map.Entry<String, JsonNode>> fields = described().fields();
    while (fields.hasNext()) {
      Map.Entry<String, JsonNode> field = fields.next();
      String own = field.getValue().path("what").asText();
      String whole = own.startsWith("the same") ? own + "; " + before : own;
      if (field.getKey().equals(name)) {
        return whole;
      }
      before = whole;
    }
    return "";
  }

  /** Recorded lists of timesteps by name; none of a network. */
  JsonNode lists() {
    return json.path(DiffusionTables.LISTS);
  }

  /** The tensors and lists of a file without a network, by name. */
  Map<String, double[]> constants() {
    Map<String, double[]> constants = new LinkedHashMap<>();
    if (arch().equals(DiffusionTables.KIND)) {
      described().fieldNames().forEachRemaining(name -> constants.put(name, values(tensor(name))));
      lists()
          .fields()
          .forEachRemaining(
              list ->
                  constants.put(
                      list.getKey(), MAPPER.convertValue(list.getValue(), double[].class)));
    }
    return constants;
  }

  /** A tensor's values in float64. */
  static double[] values(Tensor tensor) {
    return switch (tensor.dtype()) {
      case F64 -> tensor.doubles();
      case I64 -> Arrays.stream(tensor.longs()).asDoubleStream().toArray();
      case I32 -> Arrays.stream(tensor.ints()).asDoubleStream().toArray();
      default -> {
        float[] floats = tensor.floats();
        yield IntStream.range(0, floats.length).mapToDouble(i -> floats[i]).toArray();
      }
    };
  }

  /** Whether all of these inputs are recorded. */
  public boolean has(String... names) {
    for (String name : names) {
      if (!tensors.containsKey(name)) {
        return false;
      }
    }
    return true;
  }

  /**
   * A recorded tensor.
   *
   * @throws InvalidInputException there is none of that name
   */
  public Tensor tensor(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new InvalidInputException(
          path + ": no tensor \"" + name + "\" in its files", "write the files again");
    }
    return tensor;
  }

  /** The shape of a weight that the file records or probes, e.g. to infer a size from it. */
  public Optional<long[]> weightShape(String name) {
    if (tensors.containsKey(WEIGHT + name)) {
      return Optional.of(tensors.get(WEIGHT + name).shape());
    }
    JsonNode shape = json.path("probe").path(name).path("shape");
    return shape.isArray()
        ? Optional.of(MAPPER.convertValue(shape, long[].class))
        : Optional.empty();
  }

  /**
   * The weights of a network, as recorded or by the file's formula.
   *
   * @throws InvalidInputException one is missing
   */
  public Map<String, Tensor> weights(ParameterTable table) {
    Map<String, Tensor> weights = new LinkedHashMap<>();
    if (!json.has("formula")) {
      table.parameters().forEach(p -> weights.put(p.name(), tensor(WEIGHT + p.name())));
      return weights;
    }
    FormulaWeights formula = formula();
    table
        .parameters()
        .forEach(p -> weights.put(p.name(), formula.tensor(p.name(), p.dimensions())));
    requireProbes(weights);
    return weights;
  }

  /** What the file's formula gives. */
  FormulaWeights formula() {
    return new FormulaWeights(setting("salt").asText(), config().path("gain").asDouble(1));
  }

  private void requireProbes(Map<String, Tensor> weights) {
    json.path("probe")
        .fields()
        .forEachRemaining(
            probe -> {
              Tensor made = weights.get(probe.getKey());
              JsonNode first = probe.getValue().path("first4");
              for (int i = 0; made != null && made.dtype() == DType.F32 && i < first.size(); i++) {
                double expected = first.get(i).asDouble();
                double value = made.data().getFloat(i * Float.BYTES);
                if (Math.abs(value - expected) > 1e-6 * Math.max(1, Math.abs(expected))) {
                  throw new InvalidInputException(
                      "%s: element %d of %s is %s by the formula, but the file records %s"
                          .formatted(path, i, probe.getKey(), value, expected),
                      "check the file's formula");
                }
              }
            });
  }
}
