package io.winnow.diffusion.kernel;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Packs a {@link KernelSource} as the zip archive that libtorch loads as a script module: the code,
 * a pickled module object that has no state but {@code training}, and empty constants.
 */
public final class KernelArchive {
  private static final String ROOT = "kernel/";
  // The file format version of the code; 3 is the oldest that every libtorch from 1.6 on reads, and
  // under it the arguments of an operator are matched by its present schema.
  private static final String FORMAT_VERSION = "3\n";

  private KernelArchive() {}

  /**
   * @return the archive's bytes, the same for the same source
   */
  public static byte[] pack(KernelSource source) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      put(zip, "data.pkl", module());
      put(zip, "code/__torch__.py", source.text().getBytes(StandardCharsets.UTF_8));
      put(zip, "constants.pkl", emptyTuple());
      put(zip, "version", FORMAT_VERSION.getBytes(StandardCharsets.US_ASCII));
      put(zip, "byteorder", "little".getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException("packing kernel " + source.name(), e);
    }
    return bytes.toByteArray();
  }

  // Pickle protocol 2: PROTO 2, GLOBAL __torch__.Kernel, EMPTY_TUPLE, NEWOBJ, EMPTY_DICT, MARK,
  // BINUNICODE "training", NEWTRUE, SETITEMS-by-BUILD.
  private static byte[] module() throws IOException {
    ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    pickle.write(new byte[] {(byte) 0x80, 2});
    pickle.write(ascii("c__torch__\nKernel\n"));
    pickle.write(new byte[] {')', (byte) 0x81, '}', '(', 'X', 8, 0, 0, 0});
    pickle.write(ascii("training"));
    pickle.write(new byte[] {(byte) 0x88, 'u', 'b', '.'});
    return pickle.toByteArray();
  }

  private static byte[] emptyTuple() {
    return new byte[] {(byte) 0x80, 2, ')', '.'};
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  // libtorch maps records from the file, so they must be stored, not deflated.
  private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(ROOT + name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCompressedSize(content.length);
    CRC32 crc = new CRC32();
    crc.update(content);
    entry.setCrc(crc.getValue());
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
