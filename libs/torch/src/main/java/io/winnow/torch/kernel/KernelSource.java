package io.winnow.torch.kernel;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * The readable source of a kernel: a TorchScript module without state, whose methods get every
 * parameter as an argument.
 *
 * @param name what the kernel computes, for messages
 * @param functions the source of its methods in the order of definition; a method may call earlier
 *     ones as {@code (self).name(…, )}
 */
public record KernelSource(String name, List<String> functions) {
  public KernelSource {
    functions = List.copyOf(new LinkedHashSet<>(functions));
  }

  /** The module's whole source, in the grammar of TorchScript's serialised code. */
  public String text() {
    return text(ModuleState.NONE);
  }

  /** The same for a module that keeps a state. */
  String text(ModuleState state) {
    StringBuilder text = new StringBuilder();
    text.append("class Kernel(Module):\n");
    text.append("  __parameters__ = [");
    state.parameters().keySet().forEach(name -> text.append('"').append(name).append("\", "));
    text.append("]\n");
    text.append("  __buffers__ = []\n");
    state.parameters().keySet().forEach(name -> field(text, name, "Tensor"));
    field(text, "training", "bool");
    state.attributes().forEach((name, value) -> field(text, name, ModuleState.type(value)));
    for (String function : functions) {
      function.lines().forEach(line -> text.append("  ").append(line).append('\n'));
    }
    return text.toString();
  }

  private static void field(StringBuilder text, String name, String type) {
    text.append("  ").append(name).append(" : ").append(type).append('\n');
  }

  /** The sha-256 of {@link #text()}, 64 hexadecimal digits: equal kernels have equal digests. */
  public String digest() {
    try {
      byte[] text = text().getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
