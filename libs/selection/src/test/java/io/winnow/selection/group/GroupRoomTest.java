package io.winnow.selection.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.artifacts.features.FeatureRows;
import io.winnow.contracts.spec.SelectionSpec.Scope;
import io.winnow.selection.features.FeatureTable;
import io.winnow.selection.testing.RandomRows;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GroupRoomTest {
  private static final long MIB = 1 << 20;

  // 2 rows a class, of 4·4 + 64 bytes each; the heap is no limit
  @ParameterizedTest(name = "{0} classes, {1} threads, {2} MiB each of {3}: {4} parts, {5} workers")
  @CsvSource({
    "10, 1, 100, 1024, 1, 1",
    "10, 2, 100, 1024, 2, 2",
    // four groups a part
    "8, 2, 100, 1024, 2, 2",
    "7, 2, 100, 1024, 1, 1",
    "10, 16, 100, 1024, 2, 2",
    // parts are equal
    "12, 16, 1, 1024, 2, 2",
    "100, 16, 1, 1024, 16, 16",
    "40, 12, 1, 1024, 6, 6",
    // work side by side is at most 512 MiB, whatever may be taken
    "100, 16, 100, 8192, 4, 4",
    "100, 16, 300, 8192, 1, 1",
    // short of memory: as many parts, but fewer at work
    "10, 2, 100, 399, 2, 1",
    "10, 2, 100, 400, 2, 2",
    "100, 16, 100, 700, 4, 3",
    "100, 16, 100, 50, 4, 1"
  })
  void partsFollowFromGroupsThreadsAndWorkAndWorkersFromMemory(
      int classes, int threads, int work, int memory, int parts, int workers) {
    // when
    GroupRoom room = new GroupRoom(plan(classes), memory * MIB, 1L << 40, work * MIB);
    GroupRoom shared = room.parallel(threads);

    // then
    assertThat(shared.parts()).isEqualTo(parts);
    assertThat(shared.workers()).isEqualTo(workers);
    assertThat(shared.held()).isEqualTo(Math.max(0, memory - workers * work) * MIB);
  }

  @ParameterizedTest(name = "{0} MiB: {1} workers")
  @CsvSource({"7, 2", "6, 1", "5, 2"})
  void workersLeaveTheLargestGroupItsRoom(int memory, int workers) {
    // given: 10 classes of which one wants 5 MiB, and work of 1
    int rows = 64 << 10;
    int[] labels = IntStream.range(0, rows + 9).map(i -> Math.max(0, i - rows + 1)).toArray();
    GroupPlan plan =
        GroupPlan.of(
            new RandomRows(10, 4, new float[labels.length * 4], labels).table(), Scope.CLASS);

    // when
    GroupRoom room = new GroupRoom(plan, memory * MIB, 1L << 40, MIB);

    // then: where it has no room anyway, none is left to it
    assertThat(room.fits(0)).isEqualTo(memory >= 6);
    assertThat(room.parallel(2).workers()).isEqualTo(workers);
  }

  private static GroupPlan plan(int classes) {
    int[] labels = IntStream.range(0, 2 * classes).map(i -> i % classes).toArray();
    return GroupPlan.of(
        FeatureTable.of(classes, new FeatureRows(4, new float[labels.length * 4], labels)),
        Scope.CLASS);
  }
}
