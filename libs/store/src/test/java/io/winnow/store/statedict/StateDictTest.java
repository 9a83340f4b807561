package io.winnow.store.statedict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.InvalidInputException;
import io.winnow.store.tensor.DType;
import io.winnow.store.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that PyTorch 2.13 wrote, see make_state_dicts.py, and files that are meant to harm. */
class StateDictTest {
  @TempDir Path folder;

  static byte[] golden(String name) {
    try (InputStream in = StateDictTest.class.getResourceAsStream("/statedict/" + name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new AssertionError(name, e);
    }
  }

  private StateDict read(byte[] content, String key) throws IOException {
    Path file = Files.write(folder.resolve("weights.pt"), content);
    return StateDict.read(file, key, "file weights.pt");
  }

  private void refused(byte[] content, String part) {
    assertThatThrownBy(() -> read(content, null))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("file weights.pt ")
        .hasMessageContaining(part);
  }

  private static double[] values(Tensor tensor) {
    ByteBuffer data = tensor.data();
    double[] values = new double[tensor.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (tensor.dtype()) {
            case F64 -> data.getDouble();
            case F32 -> data.getFloat();
            case F16 -> tensor.floats()[i];
            case BF16 -> Float.intBitsToFloat(data.getShort() << 16);
            case I64 -> data.getLong();
            case I32 -> data.getInt();
            case I16 -> data.getShort();
            case I8 -> data.get();
            case U8, BOOL -> data.get() & 0xFF;
          };
    }
    return values;
  }

  private static void same(Tensor tensor, DType dtype, long[] shape, double... values) {
    assertThat(tensor.dtype()).isEqualTo(dtype);
    assertThat(tensor.shape()).isEqualTo(shape);
    assertThat(values(tensor)).isEqualTo(values);
  }

  @ParameterizedTest
  @ValueSource(strings = {"all.pt", "all.legacy.pt"})
  void tensorsOfEveryTypeAndEveryViewAreRead(String name) throws IOException {
    // when
    StateDict read = read(golden(name), null);

    // then
    Map<String, Tensor> tensors = read.tensors();
    assertThat(read.prefixRemoved()).isFalse();
    assertThat(tensors.keySet())
        .containsExactly(
            "float64",
            "float32",
            "float16",
            "bfloat16",
            "int64",
            "int32",
            "int16",
            "int8",
            "uint8",
            "bool",
            "base",
            "transposed",
            "sliced",
            "same",
            "expanded",
            "parameter",
            "scalar",
            "empty",
            "é\uD835\uDD4F");
    double[] floats = {-0.75, -0.375, 0, 0.375, 0.75, 1.125};
    same(tensors.get("float64"), DType.F64, new long[] {2, 3}, floats);
    same(tensors.get("float32"), DType.F32, new long[] {2, 3}, floats);
    same(tensors.get("float16"), DType.F16, new long[] {2, 3}, floats);
    same(tensors.get("bfloat16"), DType.BF16, new long[] {2, 3}, floats);
    double[] integers = {0, 37, 74, 10, 47, 84};
    same(tensors.get("int64"), DType.I64, new long[] {6}, integers);
    same(tensors.get("int32"), DType.I32, new long[] {6}, integers);
    same(tensors.get("int16"), DType.I16, new long[] {6}, integers);
    same(tensors.get("int8"), DType.I8, new long[] {6}, integers);
    same(tensors.get("uint8"), DType.U8, new long[] {6}, integers);
    same(tensors.get("bool"), DType.BOOL, new long[] {6}, 0, 1, 1, 1, 1, 1);
    double[] base = new double[24];
    Arrays.setAll(base, i -> i);
    same(tensors.get("base"), DType.F32, new long[] {2, 3, 4}, base);
    same(tensors.get("same"), DType.F32, new long[] {2, 3, 4}, base);
    double[] transposed = new double[24];
    Arrays.setAll(transposed, i -> i % 6 * 4 + i / 6);
    same(tensors.get("transposed"), DType.F32, new long[] {4, 2, 3}, transposed);
    same(tensors.get("sliced"), DType.F32, new long[] {2, 2, 2}, 4, 6, 8, 10, 16, 18, 20, 22);
    same(tensors.get("expanded"), DType.F32, new long[] {2, 3}, 5.5, 5.5, 5.5, 6.5, 6.5, 6.5);
    same(tensors.get("parameter"), DType.F32, new long[] {2}, 0.25, -0.5);
    same(tensors.get("scalar"), DType.I64, new long[0], 7);
    same(tensors.get("empty"), DType.F32, new long[] {0, 3});
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"checkpoint.pt", "checkpoint.legacy.pt", "protocol5.pt", "protocol5.legacy.pt"})
  void theStateDictIsChosenByItsKey(String name) throws IOException {
    // when
    StateDict ema = read(golden(name), "ema");
    StateDict model = read(golden(name), "model");

    // then
    assertThat(ema.prefixRemoved()).isTrue();
    assertThat(ema.tensors()).containsOnlyKeys("w", "b");
    same(ema.tensors().get("w"), DType.F32, new long[] {2}, 3, 4);
    assertThat(model.prefixRemoved()).isFalse();
    same(model.tensors().get("w"), DType.F32, new long[] {2}, 1, 2);

    // and without one the keys are said
    refused(golden(name), "choose the state dict by its key: model, ema");
    assertThatThrownBy(() -> read(golden(name), "emma"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no entry \"emma\"")
        .hasMessageContaining("model, ema");
    assertThatThrownBy(() -> read(golden(name), "opt"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no state dict");
  }

  @Test
  void aFileThatATestWritesIsRead() throws IOException {
    // given elements 1 and 3 of four
    byte[] file = LegacyFile.withStorage(LegacyFile.tensor("K\u0001K\u0002\u0085K\u0002\u0085"));

    // then
    same(read(file, null).tensors().get("a"), DType.F32, new long[] {2}, 2, 4);
  }

  @Test
  void globalsAreRefusedByTheirNames() {
    refused(LegacyFile.of("\u0080\u0002cos\nsystem\n(U\u0004echotR."), "os.system");
    refused(LegacyFile.of("\u0080\u0004\u008c\u0002os\u008c\u0006system\u0093."), "os.system");
    refused(LegacyFile.of("\u0080\u0002cbuiltins\neval\n."), "builtins.eval");
    refused(LegacyFile.of("\u0080\u0002ctorch\nComplexFloatStorage\n."), "ComplexFloatStorage");
    refused(LegacyFile.of("\u0080\u0002ios\nsystem\n."), "opcode 0x69");
  }

  @Test
  void tensorsBeyondTheirStoragesAreRefused() {
    String far = "\u008a\u0006\0\0\0\0\0\u0001";
    refused(tensor("K\u0000K\u0005\u0085K\u0001\u0085"), "elements 0 to 4 of a storage of 4");
    refused(tensor("K\u0003K\u0002\u0085K\u0001\u0085"), "elements 3 to 4 of a storage of 4");
    refused(tensor("K\u0000K\u0002\u0085K\u0004\u0085"), "elements 0 to 4 of a storage of 4");
    refused(tensor("J\u00ff\u00ff\u00ff\u00ffK\u0002\u0085K\u0001\u0085"), "elements -1 to 0");
    refused(tensor("K\u0000K\u0002\u0085J\u00ff\u00ff\u00ff\u00ff\u0085"), "negative");
    refused(tensor("K\u0000K\u0002\u0085K\u0001K\u0001\u0086"), "1 axes and 2 strides");
    // ten terabytes of one element, and more than a long counts
    refused(tensor("K\u0000" + far + "\u0085K\u0000\u0085"), "1099511627776 elements");
    refused(
        tensor("K\u0000" + far + far + "\u0086K\u0000K\u0000\u0086"), "more than 2^63 elements");
  }

  private static byte[] tensor(String place) {
    return LegacyFile.withStorage(LegacyFile.tensor(place));
  }

  @Test
  void storagesThatDoNotFitTheFileAreRefused() {
    // given ten terabytes
    String huge = LegacyFile.STORAGE.replace("K\u0004", "\u008a\u0006\0\0\0\0\0\n");
    String pickle =
        "\u0080\u0002}X\u0001\0\0\0actorch._utils\n_rebuild_tensor_v2\n("
            + huge
            + "K\0K\u0001\u0085K\u0001\u0085\u0089NtRs.";

    // then
    refused(LegacyFile.withStorage(pickle), "its pickle names 10995116277760");
    refused(LegacyFile.of(LegacyFile.tensor("K\0K\u0001\u0085K\u0001\u0085")), "lacks storage k");
    byte[] whole = tensor("K\0K\u0001\u0085K\u0001\u0085");
    for (int length = 0; length < whole.length; length++) {
      refused(Arrays.copyOf(whole, length), "PyTorch file");
    }
    byte[] zip = golden("all.pt");
    for (int length = 0; length < zip.length; length += 17) {
      refused(Arrays.copyOf(zip, length), "PyTorch file");
    }
  }

  @Test
  void cyclesAndDeepValuesAreRefused() {
    refused(LegacyFile.of("\u0080\u0002}q\0X\u0001\0\0\0ah\0s."), "contains itself");
    refused(LegacyFile.of("\u0080\u0002]q\0(h\0ta."), "contains itself");
    refused(LegacyFile.of("\u0080\u0002" + "]".repeat(99_999) + "a".repeat(99_998) + "."), "deep");
    // each list has the one before twice: 2^60 values if they were counted one by one
    refused(
        LegacyFile.of("\u0080\u0002(]" + "q\0]h\0h\0\u0086a".repeat(30) + "t."), "no state dict");
    refused(LegacyFile.of("\u0080\u0002(]" + "q\0]h\0h\0\u0086a".repeat(40) + "t."), "deep");
  }

  @Test
  void picklesThatTakeTooMuchAreRefused() {
    refused(LegacyFile.of("\u0080\u0002X\u00ff\u00ff\u00ff\u007fa."), "2147483647 bytes");
    refused(LegacyFile.of("\u0080\u0004\u008d\0\0\0\0\0\0\0\u0080a."), "9223372036854775808");
    refused(LegacyFile.of("\u0080\u0002j\u00ff\u00ff\u00ff\u00ff."), "uses value 4294967295");
    refused(LegacyFile.of("\u0080\u0002" + "N".repeat(1 << 21) + "."), "steps");
    // copies of a list of 1,000 values, 10,000 times
    refused(
        LegacyFile.of(
            "\u0080\u0002]("
                + "NN\u0086".repeat(1000)
                + "eq\0"
                + "ccollections\nOrderedDict\nh\0\u0085R".repeat(10_000)
                + "."),
        "steps");
    refused(LegacyFile.of("\u0080\u0002tt."), "has not begun");
    refused(LegacyFile.of("\u0080\u0002(a."), "takes a value");
    refused(LegacyFile.of("\u0080\u0002}]Ns."), "key is not a string");
    refused(LegacyFile.of("\u0080\u0002NN."), "belong to nothing");
    refused(LegacyFile.of("\u0080\u0002}Nb."), "attributes");
    refused(LegacyFile.of("\u0080\u0001N."), "protocol 1");
  }

  @Test
  void zipFilesOfAnotherKindAreRefused() throws IOException {
    // given the entries of a good file
    byte[] pickle = LegacyFile.latin("\u0080\u0002}.");

    // then
    refused(zip(ZipEntry.STORED, "a/data.pkl", pickle), "no tensors");
    refused(zip(ZipEntry.DEFLATED, "a/data.pkl", pickle), "compressed");
    refused(zip(ZipEntry.STORED, "a/other", pickle), "0 entries data.pkl");
    refused(zip(ZipEntry.STORED, "a/b/data.pkl", pickle), "0 entries data.pkl");
    byte[] two = zip(ZipEntry.STORED, "a/data.pkl", pickle, "b/data.pkl", pickle);
    refused(two, "2 entries data.pkl");
    byte[] twice = new String(two, "ISO-8859-1").replace("b/data", "a/data").getBytes("ISO-8859-1");
    refused(twice, "two zip entries named a/data.pkl");
    refused(
        zip(ZipEntry.STORED, "a/data.pkl", pickle, "a/byteorder", LegacyFile.latin("big")),
        "little-endian");
    byte[] tensor = LegacyFile.latin(LegacyFile.tensor("K\0K\u0001\u0085K\u0001\u0085"));
    refused(zip(ZipEntry.STORED, "a/data.pkl", tensor), "no bytes of storage k");
    refused(
        zip(ZipEntry.STORED, "a/data.pkl", tensor, "a/data/k", new byte[15]),
        "15 bytes of storage k, its pickle names 16");
    assertThat(
            read(zip(ZipEntry.STORED, "a/data.pkl", tensor, "a/data/k", new byte[16]), null)
                .tensors())
        .containsOnlyKeys("a");
  }

  @Test
  void aFileThatIsMissingOrOfAnotherFormatIsRefused() {
    assertThatThrownBy(() -> StateDict.read(folder.resolve("no.pt"), null, "file no.pt"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("there is no file");
    refused(new byte[0], "has 0 bytes");
    refused(LegacyFile.latin("\u0080\u0002}."), "number of the legacy format");
  }

  private static byte[] zip(int method, Object... entries) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (int i = 0; i < entries.length; i += 2) {
        byte[] content = (byte[]) entries[i + 1];
        ZipEntry entry = new ZipEntry((String) entries[i]);
        CRC32 crc = new CRC32();
        crc.update(content);
        entry.setMethod(method);
        entry.setSize(content.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
      }
    }
    return out.toByteArray();
  }
}
