package io.winnow.torch.kernel;

import io.winnow.store.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Packs a {@link KernelSource} as the zip archive that libtorch loads as a script module: the code,
 * a pickled module object, its tensors' bytes, and empty constants.
 */
public final class KernelArchive {
  private static final String ROOT = "kernel/";
  // The file format version of the code: the present one. Under an older version libtorch would
  // give operators such as gelu and div the schema that they had then.
  private static final String FORMAT_VERSION = "10\n";

  private KernelArchive() {}

  /**
   * A kernel without state.
   *
   * @return the archive's bytes, the same for the same source
   */
  public static byte[] pack(KernelSource source) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      write(source, ModuleState.NONE, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("packing kernel " + source.name(), e);
    }
    return bytes.toByteArray();
  }

  /**
   * A module that needs nothing else.
   *
   * @param out gets the archive, the same bytes for the same source and state, and is closed
   */
  public static void write(KernelSource source, ModuleState state, OutputStream out)
      throws IOException {
    try (AlignedZip zip = new AlignedZip(out)) {
      zip.put(ROOT + "data.pkl", ModulePickle.module(state));
      zip.put(ROOT + "code/__torch__.py", source.text(state).getBytes(StandardCharsets.UTF_8));
      int storage = 0;
      for (Tensor tensor : state.parameters().values()) {
        zip.put(ROOT + "data/" + storage++, tensor.data());
      }
      zip.put(ROOT + "constants.pkl", ModulePickle.emptyTuple());
      zip.put(ROOT + "version", FORMAT_VERSION.getBytes(StandardCharsets.US_ASCII));
      zip.put(ROOT + "byteorder", "little".getBytes(StandardCharsets.US_ASCII));
    }
  }
}
