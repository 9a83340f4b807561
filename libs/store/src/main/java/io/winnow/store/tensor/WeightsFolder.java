package io.winnow.store.tensor;

import io.winnow.contracts.Causes;
import io.winnow.contracts.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Weights with their configuration, as diffusers stores a model: a folder with {@value
 * #CONFIG_FILE} and {@value #WEIGHTS_FILE}. The store holds them as one safetensors file whose
 * metadata has the text of the configuration as {@value #CONFIG}.
 */
public final class WeightsFolder {
  /** The name of the configuration in the metadata. */
  public static final String CONFIG = "config";

  private static final String CONFIG_FILE = "config.json";
  private static final String WEIGHTS_FILE = "diffusion_pytorch_model.safetensors";
  private static final String ENDING = ".safetensors";
  private static final int MOST_BYTES = 1 << 20;

  private WeightsFolder() {}

  /**
   * Writes the one file. Equal weights and configurations give equal bytes.
   *
   * @param source the folder, or a safetensors file: one with the configuration in its metadata, or
   *     one with {@value #CONFIG_FILE} beside it
   * @param folder gets the file, named after the source
   * @return the file; the source itself if it has its configuration already
   * @throws InvalidInputException a file is missing or damaged
   */
  public static Path pack(Path source, Path folder) {
    boolean whole = Files.isDirectory(source);
    Path weights = whole ? source.resolve(WEIGHTS_FILE) : source;
    String what = "file " + weights;
    if (!weights.getFileName().toString().endsWith(ENDING)) {
      throw new InvalidInputException(
          what + " is not a safetensors file",
          "give a folder with %s and %s, or a file *%s with %1$s beside it"
              .formatted(CONFIG_FILE, WEIGHTS_FILE, ENDING));
    }
    if (SafeTensors.metadata(weights, what).containsKey(CONFIG)) {
      return weights;
    }
    Map<String, Tensor> tensors = SafeTensors.map(weights, what);
    Path config = weights.toAbsolutePath().resolveSibling(CONFIG_FILE);
    String name = source.toAbsolutePath().normalize().getFileName().toString();
    Path file = folder.resolve(whole ? name + ENDING : name);
    SafeTensors.write(file, tensors, Map.of(CONFIG, text(config)));
    return file;
  }

  private static String text(Path config) {
    if (!Files.isRegularFile(config)) {
      throw new InvalidInputException(
          "there is no file " + config, "put the weights' " + CONFIG_FILE + " there");
    }
    try {
      if (Files.size(config) > MOST_BYTES) {
        throw new InvalidInputException(
            config + " has more than " + MOST_BYTES + " bytes", "give the weights' own file");
      }
      return new String(Files.readAllBytes(config), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + config + ": " + Causes.of(e), e);
    }
  }
}
