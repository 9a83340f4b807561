package io.winnow.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SeedsTest {

  @Property
  void equalNamesGiveEqualSeeds(@ForAll long seed, @ForAll String name, @ForAll long position) {
    assertThat(Seeds.of(seed, name, position)).isEqualTo(Seeds.of(seed, name, position));
  }

  @Test
  void neighboursDiffer() {
    // Given many neighbouring draws
    Set<Long> seen = new HashSet<>();

    // When each gets its seed
    int draws = 0;
    for (long seed = 0; seed < 20; seed++) {
      for (String name : new String[] {"train", "train.noise", "sample"}) {
        for (long step = 0; step < 500; step++) {
          seen.add(Seeds.of(seed, name, step));
          seen.add(Seeds.of(seed, name, step, 0));
          draws += 2;
        }
      }
    }

    // Then none is met twice, and bits are set half of the time
    assertThat(seen).hasSize(draws);
    double ones = seen.stream().mapToInt(Long::bitCount).average().orElseThrow();
    assertThat(ones).isBetween(31.5, 32.5);
  }

  @Test
  void theValuesAreFixed() {
    // A change of these would change the result of every run.
    assertThat(Seeds.of(0, "train")).isEqualTo(SEED_0_TRAIN);
    assertThat(Seeds.of(42, "sample", 1, 2)).isEqualTo(SEED_42_SAMPLE);
  }

  private static final long SEED_0_TRAIN = 474385518450259636L;
  private static final long SEED_42_SAMPLE = -447028706128529120L;
}
