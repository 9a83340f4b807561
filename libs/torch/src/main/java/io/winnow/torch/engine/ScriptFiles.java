package io.winnow.torch.engine;

import io.winnow.contracts.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Says what a file is that the engine does not load as TorchScript. */
final class ScriptFiles {
  private static final String EXPORT =
      "save it with torch.jit.save(torch.jit.script(model.eval()), …) from PyTorch 2.7 or older";

  private ScriptFiles() {}

  /** The error for a file that does not load. */
  static InvalidInputException unloadable(Path file, Exception cause) {
    Path name = file.getFileName();
    if (!Files.isRegularFile(file)) {
      return new InvalidInputException(
          "cannot load " + name + " as TorchScript: it is not a file",
          "name a TorchScript file",
          cause);
    }
    return new InvalidInputException(
        "cannot load %s as TorchScript: %s".formatted(name, kind(file, cause)), EXPORT, cause);
  }

  private static String kind(Path file, Exception cause) {
    byte[] head = head(file);
    if (startsWith(head, 'P', 'K')) {
      return zip(file, cause);
    }
    if (startsWith(head, 0x80, 0x02) || startsWith(head, 0x80, 0x04)) {
      return "it is a pickle, such as a state dict saved by torch.save";
    }
    if (startsWith(head, 0x89, 'H', 'D', 'F')) {
      return "it is an HDF5 file";
    }
    // safetensors: a little-endian length, then a JSON object
    if (head.length > 8 && head[7] == 0 && head[6] == 0 && head[8] == '{') {
      return "it is a safetensors file, which has weights and no code";
    }
    // ONNX: a protocol buffer whose first field is a version, with the name of the exporter
    String text = new String(head, StandardCharsets.ISO_8859_1);
    if (startsWith(head, 0x08) && (text.contains("onnx") || text.contains("pytorch"))) {
      return "it is an ONNX file";
    }
    return head.length == 0 ? "it is empty" : "it is not a TorchScript archive";
  }

  private static String zip(Path file, Exception cause) {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      List<String> names = Collections.list(zip.entries()).stream().map(ZipEntry::getName).toList();
      boolean pickled = names.stream().anyMatch(name -> name.endsWith("/data.pkl"));
      boolean code = names.stream().anyMatch(name -> name.contains("/code/"));
      if (pickled && !code) {
        return "it is a checkpoint saved by torch.save (a state dict or a pickled model), which"
            + " has no code";
      }
      if (names.stream().anyMatch(name -> name.contains("models/model.json"))) {
        return "it is a model exported by torch.export";
      }
      return code
          ? EngineMessage.summary(cause.getMessage())
          : "it is a zip archive without TorchScript code";
    } catch (IOException e) {
      return "it is a damaged or incomplete zip archive";
    }
  }

  private static byte[] head(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(64);
    } catch (IOException e) {
      return new byte[0];
    }
  }

  private static boolean startsWith(byte[] head, int... bytes) {
    for (int i = 0; i < bytes.length; i++) {
      if (i >= head.length || (head[i] & 0xff) != bytes[i]) {
        return false;
      }
    }
    return true;
  }
}
