package io.winnow.selection.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.artifacts.features.FeatureRows;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.SelectionSpec.Scope;
import io.winnow.selection.features.FeatureTable;
import io.winnow.selection.testing.Engine;
import io.winnow.selection.testing.RandomRows;
import io.winnow.torch.algebra.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GroupReaderTest {
  // 6 rows of class 0, 4 of class 1, none of class 2, 5 of class 3; a row takes 4·4 + 64 bytes
  private static final int[] LABELS = {0, 1, 0, 3, 0, 1, 3, 0, 0, 1, 3, 3, 1, 0, 3};
  private static final int ROW = 80;

  @ParameterizedTest(name = "room for {0} rows: {1} passes")
  @CsvSource({"15, 1", "14, 2", "10, 2", "9, 2", "8, 3", "6, 3"})
  void gathersAsManyGroupsAPassAsFit(int rows, int passes) {
    // given
    Counted table = new Counted(data().table());
    List<Integer> order = new ArrayList<>();

    // when
    double[] scores =
        new GroupReader((long) rows * ROW)
            .scores(
                table,
                Scope.CLASS,
                n -> 0,
                (group, alive) -> {
                  order.add(group.index());
                  return firsts(group);
                });

    // then: every row has the score that its group gave it
    assertThat(table.passes).isEqualTo(passes);
    assertThat(table.planned)
        .isEqualTo(
            "needs 1 MiB, reads the features " + passes + (passes == 1 ? " time" : " times"));
    assertThat(order).containsExactly(0, 1, 3);
    for (int i = 0; i < LABELS.length; i++) {
      assertThat(scores[i]).isEqualTo(data().row(i)[0]);
    }
  }

  @Test
  void globalScopeIsOneGroup() {
    // when
    double[] scores =
        new GroupReader(15 * ROW)
            .scores(data().table(), Scope.GLOBAL, n -> 0, (group, alive) -> firsts(group));

    // then
    for (int i = 0; i < LABELS.length; i++) {
      assertThat(scores[i]).isEqualTo(data().row(i)[0]);
    }
  }

  @Test
  void aGroupThatDoesNotFitIsRefusedBeforeAnyPass() {
    // given: 30000 rows of 16·4 + 64 bytes are 3.66 MiB
    RandomRows data = new RandomRows(1, 16, new float[30_000 * 16], new int[30_000]);
    Counted table = new Counted(data.table());
    GroupReader.Scorer none =
        (group, alive) -> {
          throw new AssertionError("nothing is scored");
        };

    // then
    assertThatThrownBy(() -> GroupReader.ofMiB(3).scores(table, Scope.CLASS, n -> 0, none))
        .isInstanceOfSatisfying(
            InvalidInputException.class,
            e -> {
              assertThat(e.problem())
                  .contains("30000 rows of class 0", "4 MiB", "selection.memoryMiB allows 3");
              assertThat(e.remedy()).contains("selection.memoryMiB to 4", "gaussian");
            });
    assertThatThrownBy(() -> GroupReader.ofMiB(3).scores(table, Scope.GLOBAL, n -> 0, none))
        .hasMessageContaining("30000 rows of the data set")
        .hasMessageContaining("scope \"class\"");
    assertThatThrownBy(
            () -> new GroupReader(1L << 30, 6 << 20).scores(table, Scope.CLASS, n -> 0, none))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("half of the selector's heap is 3")
        .hasMessageContaining("-Xmx8m");
    assertThat(table.passes).isZero();
  }

  @Test
  void workCountsInTheMemory() {
    // given: room for all rows, and 20 bytes a row of the largest group beside them
    long room = 15 * ROW + 6 * 20;
    Counted table = new Counted(data().table());
    Counted again = new Counted(data().table());

    // when
    new GroupReader(room).scores(table, Scope.CLASS, n -> 20 * n, (group, alive) -> firsts(group));
    new GroupReader(room - 1)
        .scores(again, Scope.CLASS, n -> 20 * n, (group, alive) -> firsts(group));

    // then
    assertThat(table.passes).isEqualTo(1);
    assertThat(again.passes).isEqualTo(2);
    assertThatThrownBy(
            () ->
                GroupReader.ofMiB(1)
                    .scores(table, Scope.CLASS, n -> 2L << 20, (group, alive) -> firsts(group)))
        .hasMessageContaining("the 6 rows of class 0 need 3 MiB")
        .hasMessageContaining("selection.memoryMiB allows 1");
  }

  // room for all, for the smaller groups, and for none, beside a block of the largest
  @ParameterizedTest(name = "room for {0} rows: {1} passes")
  @CsvSource({"15, 1, 0", "5, 5, 1", "2, 9, 3"})
  void blocksAreTheSameWhetherRowsAreHeldOrReadAgain(int rows, int passes, int streamed) {
    // given
    Counted table = new Counted(data().table());
    long room = Math.max(6 * 16, (long) rows * ROW);
    List<List<Float>> blocks = new ArrayList<>();

    // when: every group is gone over three times
    double[] scores =
        new GroupReader(room)
            .blockScores(
                table,
                Scope.CLASS,
                Engine.ALGEBRA,
                "nothing",
                n -> 0,
                (group, alive) -> {
                  group.scan(block -> {});
                  group.scan(block -> blocks.add(values(block)));
                  List<Double> firsts = new ArrayList<>();
                  group.scan(block -> Arrays.stream(firsts(block)).forEach(firsts::add));
                  return firsts.stream().mapToDouble(x -> x).toArray();
                });

    // then
    assertThat(table.passes).isEqualTo(passes);
    if (streamed > 0) {
      assertThat(table.planned).endsWith("and block by block for each of " + streamed + " groups");
    } else {
      assertThat(table.planned).endsWith("reads the features 1 time");
    }
    assertThat(blocks).hasSize(3);
    for (int i = 0; i < LABELS.length; i++) {
      assertThat(scores[i]).isEqualTo(data().row(i)[0]);
    }
    for (int c : new int[] {0, 1, 3}) {
      assertThat(blocks).contains(valuesOf(c));
    }
  }

  @Test
  void blocksHaveTheirFixedSizeWhicheverWayTheyCome() {
    // given: two blocks and a part of a third, in batches that do not meet them
    int n = 2 * Rows.block(1) + 5;
    float[] features = new float[n];
    for (int i = 0; i < n; i++) {
      features[i] = i;
    }
    FeatureTable table =
        FeatureTable.of(
            1,
            new FeatureRows(1, Arrays.copyOf(features, 7), new int[7]),
            new FeatureRows(1, Arrays.copyOfRange(features, 7, n), new int[n - 7]));

    for (long bytes : new long[] {1L << 30, 4L * Rows.block(1)}) {
      // when
      List<Integer> sizes = new ArrayList<>();
      List<Float> firsts = new ArrayList<>();
      new GroupReader(bytes)
          .blockScores(
              table,
              Scope.CLASS,
              Engine.ALGEBRA,
              "nothing",
              rows -> 0,
              (group, alive) -> {
                group.scan(
                    block -> {
                      sizes.add(block.count());
                      firsts.add(block.values()[block.first()]);
                    });
                return new double[n];
              });

      // then
      assertThat(sizes).containsExactly(Rows.block(1), Rows.block(1), 5);
      assertThat(firsts).containsExactly(0f, (float) Rows.block(1), 2f * Rows.block(1));
    }
  }

  private static double[] firsts(Rows block) {
    double[] firsts = new double[block.count()];
    for (int i = 0; i < firsts.length; i++) {
      firsts[i] = block.values()[(block.first() + i) * block.dimension()];
    }
    return firsts;
  }

  private static List<Float> values(Rows block) {
    List<Float> values = new ArrayList<>();
    for (int i = 0; i < block.count() * block.dimension(); i++) {
      values.add(block.values()[block.first() * block.dimension() + i]);
    }
    return values;
  }

  private static List<Float> valuesOf(int label) {
    List<Float> values = new ArrayList<>();
    for (int i = 0; i < LABELS.length; i++) {
      if (LABELS[i] == label) {
        for (double x : data().row(i)) {
          values.add((float) x);
        }
      }
    }
    return values;
  }

  private static RandomRows data() {
    RandomRows drawn = RandomRows.of(1, LABELS.length, 4, 4);
    return new RandomRows(4, 4, drawn.features(), LABELS);
  }

  private static double[] firsts(Group group) {
    double[] scores = new double[group.rows()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = group.row(i)[0];
    }
    return scores;
  }

  /** Counts the passes over a table. */
  private static final class Counted implements FeatureTable {
    private final FeatureTable table;
    private int passes;
    private String planned;

    Counted(FeatureTable table) {
      this.table = table;
    }

    @Override
    public int dimension() {
      return table.dimension();
    }

    @Override
    public int classes() {
      return table.classes();
    }

    @Override
    public int rows() {
      return table.rows();
    }

    @Override
    public int[] labels() {
      return table.labels();
    }

    @Override
    public void planned(String need) {
      assertThat(passes).isZero();
      planned = need;
    }

    @Override
    public void scan(Consumer<FeatureRows> reader) {
      passes++;
      table.scan(reader);
    }
  }
}
