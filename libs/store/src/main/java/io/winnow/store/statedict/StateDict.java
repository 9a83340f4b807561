package io.winnow.store.statedict;

import io.winnow.contracts.Causes;
import io.winnow.contracts.InvalidInputException;
import io.winnow.store.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads the tensors of a state dict that {@code torch.save} wrote, in the zip format or in the
 * legacy one of PyTorch before 1.6. The file is read as data: a global other than PyTorch's tensors
 * and Python's OrderedDict is refused by its name.
 *
 * <p>Every tensor is checked against its storage and every storage against the file before the
 * first is read. A tensor has at most 2 GiB. Tensors whose storages have one name and different
 * types are refused, and so are complex, quantised and sparse ones.
 *
 * @param tensors by name, in the file's order; large ones in row-major order are mapped, the others
 *     copied
 * @param prefixRemoved whether {@code module.}, which DistributedDataParallel puts in front of all
 *     names, was removed
 */
public record StateDict(Map<String, Tensor> tensors, boolean prefixRemoved) {
  private static final String PREFIX = "module.";
  private static final int NAMED = 10;

  /** Whether a file is one of {@code torch.save} by its name: {@code .pt}, {@code .pth}. */
  public static boolean hasName(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return name.endsWith(".pt") || name.endsWith(".pth");
  }

  /**
   * Reads the state dict that a file is or contains.
   *
   * @param key which entry of the saved dictionary is the state dict, e.g. {@code ema}; null if it
   *     is the state dict itself
   * @param what names the file in errors
   * @throws InvalidInputException the file is missing, damaged, has something that is not read, or
   *     no state dict under this key
   */
  public static StateDict read(Path file, String key, String what) {
    StateDictErrors errors = new StateDictErrors(what);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      StorageLayout layout = StorageLayout.of(channel, errors);
      Map<String, StoredTensor> places = places(layout.value(), key, what);
      boolean prefixed = places.keySet().stream().allMatch(name -> name.startsWith(PREFIX));
      TensorReader reader = new TensorReader(channel, layout, errors);
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (Map.Entry<String, StoredTensor> place : places.entrySet()) {
        String name = place.getKey();
        tensors.put(
            prefixed ? name.substring(PREFIX.length()) : name, reader.read(name, place.getValue()));
      }
      return new StateDict(tensors, prefixed);
    } catch (NoSuchFileException e) {
      throw new InvalidInputException(what + ": there is no file " + file, "check the path", e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + Causes.of(e), e);
    }
  }

  private static Map<String, StoredTensor> places(Object root, String key, String what) {
    Object chosen = key == null ? root : entries(root).get(key);
    if (chosen == null) {
      throw new InvalidInputException(
          "%s has no entry \"%s\"".formatted(what, StateDictErrors.shown(key)), choices(root));
    }
    Map<String, StoredTensor> places = new LinkedHashMap<>();
    String other = null;
    for (Map.Entry<?, ?> entry : entries(chosen).entrySet()) {
      if (entry.getKey() instanceof String name
          && entry.getValue() instanceof StoredTensor tensor) {
        places.put(name, tensor);
      } else if (other == null) {
        other = StateDictErrors.shown(entry.getKey());
      }
    }
    if (places.isEmpty() || other != null) {
      throw new InvalidInputException(
          "%s%s is no state dict: %s"
              .formatted(
                  key == null ? "" : "entry \"" + StateDictErrors.shown(key) + "\" of ",
                  what,
                  other == null ? "it has no tensors" : "\"" + other + "\" is no tensor"),
          choices(root));
    }
    return places;
  }

  private static Map<?, ?> entries(Object value) {
    return value instanceof Dictionary dictionary ? dictionary.entries() : Map.of();
  }

  private static String choices(Object root) {
    List<String> names =
        entries(root).entrySet().stream()
            .filter(
                entry ->
                    entry.getKey() instanceof String
                        && entries(entry.getValue()).values().stream()
                            .anyMatch(StoredTensor.class::isInstance))
            .limit(NAMED)
            .map(entry -> StateDictErrors.shown(entry.getKey()))
            .toList();
    return names.isEmpty()
        ? "save the weights alone: torch.save(model.state_dict(), file)"
        : "choose the state dict by its key: " + String.join(", ", names);
  }
}
