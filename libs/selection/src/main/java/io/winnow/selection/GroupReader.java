package io.winnow.selection;

import io.winnow.contracts.spec.SelectionSpec.Scope;
import io.winnow.selection.GroupRoom.Lot;
import io.winnow.torch.algebra.Algebra;
import io.winnow.torch.algebra.Rows;
import io.winnow.torch.engine.Workers;
import java.util.List;
import java.util.function.IntToLongFunction;

/**
 * Scores rows group by group: every pass over the features gathers as many groups as fit. Scores do
 * not depend on how many that are.
 */
public final class GroupReader {
  private final long bytes;
  private final long heap;

  /**
   * @param bytes what gathered groups, and the work on them, may take
   */
  public GroupReader(long bytes) {
    this(bytes, Runtime.getRuntime().maxMemory());
  }

  /**
   * @param heap what the process has; half of it is left to everything else
   */
  public GroupReader(long bytes, long heap) {
    this.bytes = bytes;
    this.heap = heap;
  }

  static GroupReader ofMiB(int memory) {
    return new GroupReader(memory * GroupPlan.MIB);
  }

  /** The score of every row of a group that is in memory. */
  interface Scorer {
    /**
     * @param group at least one row
     * @param alive called now and then while it takes long
     * @return one score a row
     */
    double[] scores(Group group, Runnable alive);
  }

  /** The score of every row of a group that is read block by block. Called by several threads. */
  interface BlockScorer {
    /**
     * @param alive called now and then while it takes long
     * @return one score a row
     */
    double[] scores(BlockedRows group, Runnable alive);
  }

  /**
   * @param work bytes outside the heap that scoring a group of so many rows takes
   * @return one score a row of the table, in its order
   * @throws io.winnow.contracts.InvalidInputException the largest group does not fit; then no row
   *     was scored
   */
  double[] scores(FeatureTable table, Scope scope, IntToLongFunction work, Scorer scorer) {
    GroupPlan plan = GroupPlan.of(table, scope);
    GroupRoom room = room(plan, work);
    room.requireLargest();
    List<Lot> lots = room.lots();
    table.planned(room.need(lots));
    double[] scores = new double[plan.of().length];
    for (Lot lot : lots) {
      GatheredGroups groups = GatheredGroups.read(table, room, lot);
      for (int i = 0; i < groups.groups(); i++) {
        score(plan, groups.take(i), scorer, table::alive, scores);
      }
    }
    return scores;
  }

  /**
   * The same block by block: groups that fit are gathered, and scored side by side where there are
   * many; every other one is read from the table each time it is gone over.
   *
   * @param algebra that the scorer works with
   * @param worksOut what the work is, for errors
   * @param work bytes outside the heap that scoring a group of so many rows takes
   * @throws io.winnow.contracts.InvalidInputException the work does not fit; then no row was scored
   */
  double[] blockScores(
      FeatureTable table,
      Scope scope,
      Algebra algebra,
      String worksOut,
      IntToLongFunction work,
      BlockScorer scorer) {
    GroupPlan plan = GroupPlan.of(table, scope);
    GroupRoom alone = room(plan, work);
    int d = plan.dimension();
    long block = Math.min(Rows.block(d), plan.counts()[plan.largest()]) * (long) d * Float.BYTES;
    GroupPlan.requireMemory(worksOut + " of " + d + " features", alone.work() + block, bytes, null);
    GroupRoom room = alone.sideBySide(algebra.sideBySide());
    List<Lot> lots = room.lots();
    table.planned(room.need(lots));
    Runnable alive = alive(table);
    Scorer gathered = (group, sign) -> scorer.scores(new GatheredRows(group), sign);
    double[] scores = new double[plan.of().length];
    try (Workers workers = algebra.workers(room.parts(), room.workers())) {
      for (int g = 0; g < plan.groups(); g++) {
        if (plan.counts()[g] > 0 && !room.fits(g)) {
          BlockedRows rows = new StreamedRows(table, plan, g, room.held());
          workers.each(1, i -> plan.scatter(rows.index(), scorer.scores(rows, alive), scores));
        }
      }
      for (Lot lot : lots) {
        GatheredGroups groups = GatheredGroups.read(table, room, lot);
        workers.each(groups.groups(), i -> score(plan, groups.take(i), gathered, alive, scores));
      }
    }
    return scores;
  }

  /** The table's sign of life, by one thread at a time. */
  private static Runnable alive(FeatureTable table) {
    Object turn = new Object();
    return () -> {
      synchronized (turn) {
        table.alive();
      }
    };
  }

  private GroupRoom room(GroupPlan plan, IntToLongFunction work) {
    long most = work.applyAsLong(plan.counts()[plan.largest()]);
    return new GroupRoom(plan, bytes, heap, most);
  }

  private static void score(
      GroupPlan plan, Group group, Scorer scorer, Runnable alive, double[] scores) {
    if (group.rows() > 0) {
      plan.scatter(group.index(), scorer.scores(group, alive), scores);
      alive.run();
    }
  }
}
