package io.winnow.store.statedict;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a pickle of protocol 2 to 5 as data. It knows the opcodes that Python's pickler uses for
 * dictionaries, lists, tuples, strings, numbers, None and PyTorch's tensors; any other is refused.
 * Values are {@link Dictionary}, {@link List}, String, Long, BigInteger, Double, Boolean, {@link
 * #NONE} and {@link StoredTensor}.
 *
 * <p>Source: opcodes and their arguments as in Python's {@code pickletools}.
 */
final class PickleMachine {
  /** Python's None. */
  static final Object NONE =
      new Object() {
        @Override
        public String toString() {
          return "None";
        }
      };

  /** A pickle is the frame of a file; its tensors lie outside. */
  static final long MOST_BYTES = 64L << 20;

  // about 35 a tensor
  private static final int MOST_STEPS = 1 << 21;

  private final FileBytes in;
  private final TorchObjects objects;
  private final StateDictErrors errors;
  private final Map<Long, Object> memo = new HashMap<>();
  private final Deque<Integer> marks = new ArrayDeque<>();
  private final ArrayList<Object> stack = new ArrayList<>();
  private long steps;

  PickleMachine(FileBytes in, TorchObjects objects, StateDictErrors errors) {
    this.in = in;
    this.objects = objects;
    this.errors = errors;
  }

  /** The value of the pickle at the position; the position is then behind it. */
  Object read() throws IOException {
    long start = in.position();
    while (true) {
      int code = in.unsignedByte();
      if (in.position() - start > MOST_BYTES) {
        throw errors.bad("has a pickle of more than " + MOST_BYTES + " bytes");
      }
      step(1);
      if (code == '.') {
        Object value = pop();
        if (!stack.isEmpty() || !marks.isEmpty()) {
          throw errors.bad("ends with values that belong to nothing");
        }
        return value;
      }
      if (!constant(code) && !container(code) && !memory(code)) {
        object(code);
      }
    }
  }

  private void step(long cost) {
    steps += cost;
    if (steps > MOST_STEPS) {
      throw errors.bad("has a pickle of more than " + MOST_STEPS + " steps");
    }
  }

  private boolean constant(int code) throws IOException {
    Object value =
        switch (code) {
          case 'N' -> NONE;
          case 0x88 -> true;
          case 0x89 -> false;
          case 'J' -> (long) in.little(4).getInt();
          case 'K' -> (long) in.unsignedByte();
          case 'M' -> (long) (in.little(2).getShort() & 0xFFFF);
          case 0x8A -> integer(in.bytes(in.unsignedByte()));
          case 'G' -> ByteBuffer.wrap(in.bytes(8)).getDouble();
          case 'X' -> text(unsignedInt());
          case 0x8C -> text(in.unsignedByte());
          case 0x8D -> text(in.little(8).getLong());
          // strings of Python 2
          case 'T' -> text(unsignedInt());
          case 'U' -> text(in.unsignedByte());
          default -> null;
        };
    if (value == null) {
      return false;
    }
    stack.add(value);
    return true;
  }

  private boolean container(int code) {
    switch (code) {
      case '}' -> stack.add(new Dictionary(false));
      case ']' -> stack.add(new ArrayList<>(2));
      case ')' -> stack.add(List.of());
      case '(' -> marks.push(stack.size());
      case 't' -> stack.add(Collections.unmodifiableList(sinceMark()));
      case 0x85 -> stack.add(Collections.unmodifiableList(top(1)));
      case 0x86 -> stack.add(Collections.unmodifiableList(top(2)));
      case 0x87 -> stack.add(Collections.unmodifiableList(top(3)));
      case 's' -> {
        List<Object> pair = top(2);
        objects.put(peek(), pair);
      }
      case 'u' -> {
        List<Object> pairs = sinceMark();
        objects.put(peek(), pairs);
      }
      case 'a' -> {
        List<Object> value = top(1);
        objects.append(peek(), value);
      }
      case 'e' -> {
        List<Object> values = sinceMark();
        objects.append(peek(), values);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean memory(int code) throws IOException {
    switch (code) {
      case 'q' -> memo.put((long) in.unsignedByte(), peek());
      case 'r' -> memo.put(unsignedInt(), peek());
      case 0x94 -> memo.put((long) memo.size(), peek());
      case 'h' -> stack.add(remembered(in.unsignedByte()));
      case 'j' -> stack.add(remembered(unsignedInt()));
      default -> {
        return false;
      }
    }
    return true;
  }

  private void object(int code) throws IOException {
    switch (code) {
      case 0x80 -> protocol(in.unsignedByte());
      // a frame's length, of no use here
      case 0x95 -> in.little(8);
      case 'c' -> {
        String module = line();
        stack.add(objects.global(module, line()));
      }
      case 0x93 -> {
        List<Object> names = top(2);
        stack.add(objects.global(String.valueOf(names.get(0)), String.valueOf(names.get(1))));
      }
      case 'R' -> {
        Object arguments = pop();
        Object function = pop();
        if (!(arguments instanceof List<?> list)) {
          throw errors.bad("calls a function without arguments");
        }
        step(list.isEmpty() || !(list.get(0) instanceof List<?> copied) ? 0 : copied.size());
        stack.add(objects.call(function, list));
      }
      case 'Q' -> stack.add(objects.storage(pop()));
      case 'b' -> {
        // the attributes of a state dict, such as _metadata, say nothing about its tensors
        pop();
        if (!(peek() instanceof Dictionary dictionary) || !dictionary.ordered()) {
          throw errors.refused("has an object with attributes");
        }
      }
      default -> throw errors.refused("has the pickle opcode 0x%02x".formatted(code));
    }
  }

  private void protocol(int version) {
    if (version < 2 || version > 5) {
      throw errors.refused("has a pickle of protocol " + version);
    }
  }

  private Object remembered(long index) {
    Object value = memo.get(index);
    if (value == null) {
      throw errors.bad("uses value " + index + ", which its pickle has not stored");
    }
    return value;
  }

  private Object integer(byte[] little) {
    if (little.length == 0) {
      return 0L;
    }
    for (int i = 0, j = little.length - 1; i < j; i++, j--) {
      byte swapped = little[i];
      little[i] = little[j];
      little[j] = swapped;
    }
    BigInteger value = new BigInteger(little);
    return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
  }

  private String text(long length) throws IOException {
    if (length > MOST_BYTES) {
      throw errors.bad("has a string of " + Long.toUnsignedString(length) + " bytes");
    }
    return text(in.bytes(length));
  }

  private String text(byte[] utf8) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw errors.bad("has a string that is not UTF-8");
    }
  }

  // names of globals are short; a longer line is damage
  private String line() throws IOException {
    byte[] line = new byte[1 << 10];
    for (int i = 0; i < line.length; i++) {
      line[i] = (byte) in.unsignedByte();
      if (line[i] == '\n') {
        return text(Arrays.copyOf(line, i));
      }
    }
    throw errors.bad("has a global with a name of more than " + line.length + " bytes");
  }

  private long unsignedInt() throws IOException {
    return in.little(4).getInt() & 0xFFFF_FFFFL;
  }

  private Object peek() {
    if (stack.size() <= floor()) {
      throw errors.bad("takes a value that its pickle does not have");
    }
    return stack.get(stack.size() - 1);
  }

  private Object pop() {
    Object value = peek();
    stack.remove(stack.size() - 1);
    return value;
  }

  private List<Object> top(int count) {
    if (stack.size() - floor() < count) {
      throw errors.bad("takes a value that its pickle does not have");
    }
    return cut(stack.size() - count);
  }

  private List<Object> sinceMark() {
    if (marks.isEmpty()) {
      throw errors.bad("ends a group that its pickle has not begun");
    }
    return cut(marks.pop());
  }

  private int floor() {
    return marks.isEmpty() ? 0 : marks.peek();
  }

  private List<Object> cut(int from) {
    List<Object> tail = stack.subList(from, stack.size());
    List<Object> values = new ArrayList<>(tail);
    tail.clear();
    return values;
  }
}
