package io.winnow.datasets.source.npz;

import io.winnow.contracts.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The integer type of an array's elements.
 *
 * @param bytes 1, 2, 4 or 8
 * @param signed whether negative numbers are possible
 * @param order of the bytes
 */
record NpyType(int bytes, boolean signed, ByteOrder order) {

  /**
   * @param code such as {@code |u1}, {@code <i8} or {@code >u2}
   * @param name of the array, for errors
   * @throws InvalidInputException not an integer type
   */
  static NpyType of(String code, String name) {
    String type = code.replaceAll("^[<>|=]", "");
    if (!type.matches("[ui][1248]|b1")) {
      throw new InvalidInputException(
          name + " has elements of type " + words(type),
          "save images as uint8, from 0 to 255, and labels as integers");
    }
    int bytes = type.charAt(1) - '0';
    return new NpyType(
        bytes,
        type.charAt(0) == 'i',
        code.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
  }

  private static String words(String type) {
    String digits = type.substring(1);
    boolean sized = digits.matches("\\d{1,2}");
    return switch (type.charAt(0)) {
      case 'f' -> sized ? "float" + 8 * Integer.parseInt(digits) : "float";
      case 'c' -> "complex";
      case 'U', 'S' -> "text";
      case 'M', 'm' -> "date or time";
      default -> "\"" + type + "\"";
    };
  }

  /** Such as {@code int64}. */
  String describe() {
    return (signed ? "int" : "uint") + 8 * bytes;
  }

  /** Whether elements are unsigned bytes. */
  boolean unsignedByte() {
    return bytes == 1 && !signed;
  }

  /** The numbers in {@code content}. */
  long[] numbers(byte[] content) {
    ByteBuffer buffer = ByteBuffer.wrap(content).order(order);
    long[] numbers = new long[content.length / bytes];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] =
          switch (bytes) {
            case 1 -> signed ? buffer.get() : buffer.get() & 0xFF;
            case 2 -> signed ? buffer.getShort() : buffer.getShort() & 0xFFFF;
            case 4 -> signed ? buffer.getInt() : buffer.getInt() & 0xFFFFFFFFL;
            default -> buffer.getLong();
          };
    }
    return numbers;
  }
}
