package io.winnow.store.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ShortBuffer;
import java.util.NavigableSet;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Float16Test {

  // bit patterns of numpy.float16(x).view(numpy.uint16)
  @ParameterizedTest
  @CsvSource({
    "1, 3c00",
    "-2.5, c100",
    "65504, 7bff",
    "65519.99, 7bff",
    "65520, 7c00",
    "0.1, 2e66",
    "-0.0, 8000",
    "6.1035156e-5, 400",
    "5.9604645e-8, 1",
    "2.9802322e-8, 0",
    "2.99e-8, 1",
    "1.0004883, 3c00",
    "1.0014648, 3c02",
    "6.1e-5, 3ff",
    "6.1005353e-5, 400",
    "6.1032e-5, 400",
    "Infinity, 7c00"
  })
  void hasTheBitsOfNumPy(float x, String bits) {
    assertThat(Integer.toHexString(Float16.of(x) & 0xFFFF)).isEqualTo(bits);
  }

  @Test
  void everyNumberIsReadAndWrittenBack() {
    // given
    short[] all = new short[1 << 16];
    for (int i = 0; i < all.length; i++) {
      all[i] = (short) i;
    }
    // when
    float[] values = floats(all);
    // then
    for (int i = 0; i < all.length; i++) {
      if (Float.isNaN(values[i])) {
        assertThat(i & 0x7FFF).isGreaterThan(0x7C00);
        assertThat(Float16.of(values[i]) & 0x7E00).isEqualTo(0x7E00);
      } else {
        assertThat(Float16.of(values[i])).isEqualTo(all[i]);
      }
    }
  }

  @Property
  void takesTheNearest(@ForAll float x) {
    // given
    NavigableSet<Float> numbers = finite();
    float size = Math.abs(x) % 65_504;
    // when
    float rounded = floats(new short[] {Float16.of(size)})[0];
    // then
    float low = numbers.floor(size);
    float high = numbers.ceiling(size);
    assertThat(Math.abs((double) rounded - size))
        .isEqualTo(Math.min(size - (double) low, high - (double) size));
  }

  private static NavigableSet<Float> finite() {
    short[] bits = new short[0x7C00];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = (short) i;
    }
    NavigableSet<Float> numbers = new TreeSet<>();
    for (float number : floats(bits)) {
      numbers.add(number);
    }
    return numbers;
  }

  private static float[] floats(short[] halves) {
    float[] out = new float[halves.length];
    Float16.floats(ShortBuffer.wrap(halves), out);
    return out;
  }
}
