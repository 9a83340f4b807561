package io.winnow.torch.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.contracts.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScriptFilesTest {
  @TempDir Path folder;

  @Test
  void namesTheKindOfFileThatWasGivenInstead() throws IOException {
    assertKind(
        zip("net/data.pkl", "net/data/0", "net/version"), "a checkpoint saved by torch.save");
    assertKind(zip("net/models/model.json", "net/version"), "exported by torch.export");
    assertKind(zip("a.txt"), "a zip archive without TorchScript code");
    assertKind(new byte[] {'P', 'K', 3, 4, 9, 9}, "a damaged or incomplete zip archive");
    assertKind(new byte[] {(byte) 0x80, 2, (byte) 0x8a}, "a pickle, such as a state dict");
    assertKind("\u0010\0\0\0\0\0\0\0{\"a\":{}}", "a safetensors file");
    assertKind(new byte[] {(byte) 0x89, 'H', 'D', 'F', 13}, "an HDF5 file");
    assertKind("\b\u0007\u0012\u0007pytorch\u001a\u00052.7.1", "an ONNX file");
    assertKind(new byte[0], "it is empty");
    assertKind("hello", "not a TorchScript archive");
  }

  @Test
  void givesTheEnginesWordsForCodeThatDoesNotCompile() throws IOException {
    assertKind(zip("net/data.pkl", "net/code/__torch__.py"), "Unknown builtin op: vision::nms");
  }

  @Test
  void saysThatThereIsNoFile() {
    InvalidInputException error = ScriptFiles.unloadable(folder, new IOException("a folder"));

    assertThat(error).hasMessageContaining("it is not a file");
  }

  private void assertKind(String content, String kind) throws IOException {
    assertKind(content.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1), kind);
  }

  private void assertKind(byte[] content, String kind) throws IOException {
    Path file = Files.write(folder.resolve("net.pt"), content);

    InvalidInputException error =
        ScriptFiles.unloadable(file, new IOException("Unknown builtin op: vision::nms.\nmore"));

    assertThat(error)
        .hasMessageContaining("cannot load net.pt as TorchScript")
        .hasMessageContaining(kind)
        .hasMessageContaining("torch.jit.save");
  }

  private static byte[] zip(String... names) throws IOException {
    java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (String name : names) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(1);
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }
}
