package io.winnow.selection.group;

import io.winnow.contracts.spec.SelectionSpec.Scope;
import io.winnow.selection.features.FeatureTable;
import io.winnow.selection.group.GroupRoom.Lot;
import io.winnow.torch.algebra.Algebra;
import io.winnow.torch.algebra.Rows;
import io.winnow.torch.engine.Workers;
import java.util.List;
import java.util.function.IntToLongFunction;

/**
 * Scores the rows of a table group by group within a memory limit. Every pass over the table
 * gathers as many groups as fit; scores do not depend on how many that are.
 */
public final class GroupReader {
  private final long bytes;
  private final long heap;

  /**
   * @param bytes limit for gathered groups and the working memory of the scorer
   */
  public GroupReader(long bytes) {
    this(bytes, Runtime.getRuntime().maxMemory());
  }

  /**
   * @param heap size of the heap; half of it is left to everything else
   */
  public GroupReader(long bytes, long heap) {
    this.bytes = bytes;
    this.heap = heap;
  }

  /** A reader with a limit in MiB. */
  public static GroupReader ofMiB(int memory) {
    return new GroupReader(memory * GroupPlan.MIB);
  }

  /** Scores the rows of a group that is held in memory. */
  public interface Scorer {
    /**
     * @param group at least one row
     * @param alive to be called regularly by long computations
     * @return one score per row
     */
    double[] scores(Group group, Runnable alive);
  }

  /** Scores the rows of a group block by block. Must be safe for use by several threads. */
  public interface BlockScorer {
    /**
     * @param alive to be called regularly by long computations
     * @return one score per row
     */
    double[] scores(BlockedRows group, Runnable alive);
  }

  /**
   * Scores groups that must fit in memory.
   *
   * @param work bytes outside the heap that scoring a group of that many rows takes
   * @return one score per row, in table order
   * @throws io.winnow.contracts.InvalidInputException the largest group does not fit; no row has
   *     been scored then
   */
  public double[] scores(FeatureTable table, Scope scope, IntToLongFunction work, Scorer scorer) {
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
   * Scores groups of any size. Groups that fit in memory are gathered, and scored in parallel if
   * there are many; the others are read from the table in every pass over their rows.
   *
   * @param algebra used by the scorer
   * @param computed what the scorer computes, for errors
   * @param work bytes outside the heap that scoring a group of that many rows takes
   * @return one score per row, in table order
   * @throws io.winnow.contracts.InvalidInputException the working memory exceeds the limit; no row
   *     has been scored then
   */
  public double[] blockScores(
      FeatureTable table,
      Scope scope,
      Algebra algebra,
      String computed,
      IntToLongFunction work,
      BlockScorer scorer) {
    GroupPlan plan = GroupPlan.of(table, scope);
    GroupRoom alone = room(plan, work);
    int d = plan.dimension();
    long block = Math.min(Rows.block(d), plan.counts()[plan.largest()]) * (long) d * Float.BYTES;
    GroupPlan.requireMemory(computed + " of " + d + " features", alone.work() + block, bytes, null);
    GroupRoom room = alone.parallel(algebra.sideBySide());
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

  /** Reports progress to the table, from one thread at a time. */
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
