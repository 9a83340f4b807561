package io.winnow.store.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.contracts.fuzz.Fuzz;
import io.winnow.contracts.fuzz.Fuzz.Tally;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A damaged file is refused before anything is allocated for its tensors. */
class SafeTensorsFuzzTest {
  private static final long MEMORY = 4L << 20;

  @Test
  void aFileIsReadOrRefused() {
    // given
    Map<String, Tensor> tensors = new TreeMap<>();
    tensors.put("features", Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2));
    tensors.put("labels", Tensor.of(new long[] {0, 1, 2}, 3));
    List<byte[]> seeds =
        List.of(
            SafeTensors.bytes(tensors, Map.of("key", "value")),
            SafeTensors.bytes(Map.of("x", Tensor.of(new float[0], 0, 7)), Map.of()));

    // when
    Tally tally =
        new Fuzz("safetensors", MEMORY)
            .run(
                seeds,
                input -> {
                  SafeTensors.parse(input, "file");
                  SafeTensors.one(
                      (from, length) -> Arrays.copyOfRange(input, (int) from, (int) from + length),
                      input.length,
                      "labels",
                      "file");
                });

    // then
    assertThat(tally.read()).isPositive();
    assertThat(tally.refused()).isPositive();
  }
}
