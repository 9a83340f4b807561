package io.winnow.store.tensor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.winnow.contracts.Causes;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Tensors in several safetensors files, as Hugging Face libraries write them. The {@code
 * weight_map} of the index {@code model.safetensors.index.json} gives the file of each tensor in
 * the same folder, e.g. {@code model-00001-of-00002.safetensors}. A single safetensors file is read
 * too. Tensors are mapped and not held on the heap.
 */
public final class ShardedSafeTensors {
  /** How the name of an index ends. */
  public static final String INDEX = ".safetensors.index.json";

  private static final String FILE = ".safetensors";
  private static final ObjectMapper MAPPER = Json.mapper();

  private ShardedSafeTensors() {}

  /**
   * The tensors of an index's files, or of one plain file, by name, mapped into memory.
   *
   * @param what names the file in errors
   * @throws InvalidInputException missing, damaged, or an index that does not fit its files
   */
  public static Map<String, Tensor> map(Path file, String what) {
    if (!isIndex(file)) {
      return SafeTensors.map(file, what);
    }
    Map<String, String> places = places(file, what);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (String shard : new TreeSet<>(places.values())) {
      Path beside = beside(file, shard, what);
      SafeTensors.map(beside, "file " + beside)
          .forEach(
              (name, tensor) -> {
                if (!shard.equals(places.get(name))) {
                  throw bad(what, "does not name " + shard + " for tensor " + name);
                }
                tensors.put(name, tensor);
              });
    }
    for (Map.Entry<String, String> place : places.entrySet()) {
      if (!tensors.containsKey(place.getKey())) {
        throw bad(
            what, "names tensor " + place.getKey() + ", which " + place.getValue() + " lacks");
      }
    }
    return tensors;
  }

  /**
   * The strings that the header of the file keeps beside its tensors; of an index those of its
   * first file.
   *
   * @param what names the file in errors
   * @throws InvalidInputException missing or damaged
   */
  public static Map<String, String> metadata(Path file, String what) {
    if (!isIndex(file)) {
      return SafeTensors.metadata(file, what);
    }
    Path first = beside(file, new TreeSet<>(places(file, what).values()).first(), what);
    return SafeTensors.metadata(first, "file " + first);
  }

  /**
   * Writes tensors in their order to as many files as they need, tensor by tensor, then the index,
   * which appears when all else is there.
   *
   * @param index its name ends in {@link #INDEX}; the files are beside it
   * @param metadata kept in the header of every file
   * @param most bytes of tensors in one file; a larger tensor has a file of its own
   */
  public static void write(
      Path index, Map<String, Tensor> tensors, Map<String, String> metadata, long most) {
    String name = index.getFileName().toString();
    String stem = name.substring(0, name.length() - INDEX.length());
    List<Map<String, Tensor>> shards = shards(tensors, most);
    ObjectNode tree = MAPPER.createObjectNode();
    tree.putObject("metadata")
        .put("total_size", tensors.values().stream().mapToLong(ShardedSafeTensors::bytes).sum());
    Map<String, String> places = new TreeMap<>();
    for (int i = 0; i < shards.size(); i++) {
      String shard = "%s-%05d-of-%05d%s".formatted(stem, i + 1, shards.size(), FILE);
      SafeTensors.write(index.toAbsolutePath().resolveSibling(shard), shards.get(i), metadata);
      shards.get(i).keySet().forEach(tensor -> places.put(tensor, shard));
    }
    tree.set("weight_map", MAPPER.valueToTree(places));
    replace(index, Json.pretty(tree) + "\n");
  }

  private static void replace(Path target, String content) {
    try {
      Path part = Files.createTempFile(target.toAbsolutePath().getParent(), "index", ".part");
      Files.writeString(part, content);
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + target + ": " + Causes.of(e), e);
    }
  }

  private static List<Map<String, Tensor>> shards(Map<String, Tensor> tensors, long most) {
    List<Map<String, Tensor>> shards = new ArrayList<>(List.of(new LinkedHashMap<>()));
    long size = 0;
    for (Map.Entry<String, Tensor> tensor : tensors.entrySet()) {
      long bytes = bytes(tensor.getValue());
      if (size > 0 && size + bytes > most) {
        shards.add(new LinkedHashMap<>());
        size = 0;
      }
      shards.get(shards.size() - 1).put(tensor.getKey(), tensor.getValue());
      size += bytes;
    }
    return shards;
  }

  private static long bytes(Tensor tensor) {
    return tensor.data().remaining();
  }

  /** Whether a file is an index by its name. */
  public static boolean isIndex(Path file) {
    return file.getFileName().toString().endsWith(INDEX);
  }

  private static Map<String, String> places(Path file, String what) {
    JsonNode map = tree(file, what).path("weight_map");
    if (!map.isObject() || map.isEmpty()) {
      throw bad(what, "has no \"weight_map\"");
    }
    Map<String, String> places = new TreeMap<>();
    map.fields()
        .forEachRemaining(
            entry -> {
              if (!entry.getValue().isTextual()) {
                throw bad(what, "names no file for tensor " + entry.getKey());
              }
              places.put(entry.getKey(), entry.getValue().textValue());
            });
    return places;
  }

  private static JsonNode tree(Path file, String what) {
    try {
      JsonNode tree = MAPPER.readTree(Files.readAllBytes(file));
      if (tree == null || !tree.isObject()) {
        throw bad(what, "is not a JSON object");
      }
      return tree;
    } catch (NoSuchFileException e) {
      throw new InvalidInputException(what + ": there is no file " + file, "check the path", e);
    } catch (IOException e) {
      throw bad(what, "is not JSON: " + Causes.of(e));
    }
  }

  // An index comes from elsewhere, so it may name files beside it only.
  private static Path beside(Path index, String name, String what) {
    if (name.contains("/") || name.contains("\\") || name.startsWith(".")) {
      throw bad(what, "names the file " + name + ", which is not beside it");
    }
    return index.toAbsolutePath().resolveSibling(name);
  }

  private static InvalidInputException bad(String what, String problem) {
    return new InvalidInputException(
        what + " is not an index of safetensors files: it " + problem, "write or fetch it again");
  }
}
