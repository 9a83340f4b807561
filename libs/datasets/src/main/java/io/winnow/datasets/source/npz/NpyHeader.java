package io.winnow.datasets.source.npz;

import io.winnow.contracts.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The header of an array in NumPy's format (versions 1 to 3,
 * https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html): six magic bytes, the
 * version, the length of the text that follows (2 bytes little-endian, from version 2 on 4), and
 * the text, a Python dictionary.
 *
 * @param type of the elements, such as {@code |u1} or {@code <i8}
 * @param fortranOrder whether the first dimension varies fastest
 * @param dimensions each at least 1
 * @param bytes that the header takes
 */
record NpyHeader(String type, boolean fortranOrder, List<Integer> dimensions, int bytes) {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int MAX_LENGTH = 1 << 16;
  private static final Pattern TYPE =
      Pattern.compile("'descr'\\s*:\\s*'([<>|=]?[A-Za-z]\\d{0,9})'");
  private static final Pattern STRUCTURE = Pattern.compile("'descr'\\s*:\\s*\\[");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([\\d\\sL,]{0,200})\\)");

  /**
   * Reads a header.
   *
   * @param in is left at the first element
   * @param name of the array, for errors
   * @throws InvalidInputException not a header, an empty array, or Python objects
   */
  static NpyHeader read(InputStream in, String name) throws IOException {
    byte[] start = in.readNBytes(MAGIC.length + 2);
    boolean magic = start.length == MAGIC.length + 2;
    for (int i = 0; magic && i < MAGIC.length; i++) {
      magic = start[i] == MAGIC[i];
    }
    int version = magic ? start[MAGIC.length] : 0;
    if (version < 1 || version > 3) {
      throw damaged(name, "it does not begin as an array of NumPy does");
    }
    byte[] length = in.readNBytes(version == 1 ? 2 : 4);
    long size = 0;
    for (int i = length.length - 1; i >= 0; i--) {
      size = size << 8 | length[i] & 0xFF;
    }
    if (size > MAX_LENGTH) {
      throw damaged(name, "its header claims " + size + " bytes");
    }
    byte[] text = in.readNBytes((int) size);
    if (text.length < size) {
      throw damaged(name, "it ends within its header");
    }
    int bytes = start.length + length.length + text.length;
    return parse(new String(text, StandardCharsets.UTF_8), bytes, name);
  }

  private static NpyHeader parse(String text, int bytes, String name) {
    if (STRUCTURE.matcher(text).find()) {
      throw new InvalidInputException(
          name + " has elements of several fields", "save one array of numbers");
    }
    Matcher type = TYPE.matcher(text);
    Matcher order = ORDER.matcher(text);
    Matcher shape = SHAPE.matcher(text);
    if (!type.find() || !order.find() || !shape.find()) {
      throw damaged(name, "its header is not that of an array");
    }
    if (type.group(1).contains("O")) {
      throw new InvalidInputException(
          name + " contains pickled Python objects, which are not read",
          "save an array of numbers, with dtype uint8");
    }
    return new NpyHeader(
        type.group(1), order.group(1).equals("True"), dimensions(shape.group(1), name), bytes);
  }

  private static List<Integer> dimensions(String text, String name) {
    List<Integer> found = new ArrayList<>();
    for (String part : text.split(",")) {
      // Python 2 wrote 3L
      String size = part.strip().replaceAll("L$", "");
      if (size.isEmpty() && !found.isEmpty()) {
        continue;
      }
      if (!size.matches("\\d{1,9}") || Integer.parseInt(size) < 1) {
        throw damaged(name, "it is empty, or its dimensions cannot be");
      }
      found.add(Integer.parseInt(size));
    }
    return List.copyOf(found);
  }

  /** The number of elements. */
  long elements(String name) {
    try {
      return dimensions.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
    } catch (ArithmeticException e) {
      throw damaged(name, "its dimensions cannot be");
    }
  }

  /** The dimensions as an array. */
  int[] shape() {
    return dimensions.stream().mapToInt(Integer::intValue).toArray();
  }

  private static InvalidInputException damaged(String name, String why) {
    return new InvalidInputException(
        name + " is not a readable array: " + why, "download or save the file again");
  }
}
