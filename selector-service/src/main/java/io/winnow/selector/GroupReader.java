package io.winnow.selector;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.SelectionSpec.Scope;
import io.winnow.diffusion.algebra.Rows;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;

/**
 * Scores rows group by group: every pass over the features gathers as many groups as fit. Scores do
 * not depend on how many that are.
 */
final class GroupReader {
  private static final long MIB = 1 << 20;
  // norms, distances, ranks: what a criterion keeps of a row beside its features
  private static final long WORK_BYTES = 64;

  private final long bytes;
  private final long heap;

  /**
   * @param bytes what gathered groups, and the work on one of them, may take
   */
  GroupReader(long bytes) {
    this(bytes, Runtime.getRuntime().maxMemory());
  }

  /**
   * @param heap what the process has; half of it is left to everything else
   */
  GroupReader(long bytes, long heap) {
    this.bytes = bytes;
    this.heap = heap;
  }

  static GroupReader ofMiB(int memory) {
    return new GroupReader(memory * MIB);
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

  /** The score of every row of a group that is read block by block. */
  interface BlockScorer {
    /**
     * @param alive called now and then while it takes long
     * @return one score a row
     */
    double[] scores(BlockedRows group, Runnable alive);
  }

  /** Bytes of the heap that gathered rows may take beside so much work outside it. */
  private long room(long work) {
    return Math.max(0, Math.min(bytes - work, heap / 2));
  }

  /**
   * @param work bytes outside the heap that scoring a group of so many rows takes
   * @return one score a row of the table, in its order
   * @throws InvalidInputException the largest group does not fit; then no row was scored
   */
  double[] scores(FeatureTable table, Scope scope, IntToLongFunction work, Scorer scorer) {
    GroupPlan plan = GroupPlan.of(table, scope);
    requireRoom(plan, work);
    double[] scores = new double[plan.of().length];
    long most = work.applyAsLong(plan.counts()[plan.largest()]);
    List<Lot> lots = lots(plan, most);
    table.planned(need(plan, lots, most));
    gatherAll(table, plan, lots, most, scores, group -> scorer.scores(group, table::alive));
    return scores;
  }

  /**
   * The same block by block: groups that fit are gathered, every other one is read from the table
   * each time it is gone over.
   *
   * @param worksOut what the work is, for errors
   * @param workOf bytes outside the heap that scoring a group of so many rows takes
   * @throws InvalidInputException the work does not fit; then no row was scored
   */
  double[] blockScores(
      FeatureTable table,
      Scope scope,
      String worksOut,
      IntToLongFunction workOf,
      BlockScorer scorer) {
    GroupPlan plan = GroupPlan.of(table, scope);
    int d = plan.dimension();
    long work = workOf.applyAsLong(plan.counts()[plan.largest()]);
    int block = Math.min(Rows.block(d), plan.counts()[plan.largest()]);
    GroupPlan.requireMemory(
        worksOut + " of " + d + " features", work + block * (long) d * Float.BYTES, bytes, null);
    List<Lot> lots = lots(plan, work);
    table.planned(need(plan, lots, work));
    double[] scores = new double[plan.of().length];
    for (int g = 0; g < plan.groups(); g++) {
      if (plan.counts()[g] > 0 && !fits(plan, g, work)) {
        BlockedRows rows = new StreamedRows(table, plan, g, room(work));
        scatter(plan, g, scorer.scores(rows, table::alive), scores);
      }
    }
    gatherAll(
        table,
        plan,
        lots,
        work,
        scores,
        group -> scorer.scores(new GatheredRows(group), table::alive));
    return scores;
  }

  private interface GroupScorer {
    double[] scores(Group group);
  }

  /** Groups that are gathered in one pass. */
  private record Lot(int first, int end, long bytes) {}

  private List<Lot> lots(GroupPlan plan, long work) {
    List<Lot> lots = new ArrayList<>();
    int end;
    for (int first = 0; first < plan.groups(); first = end) {
      end = first;
      long left = room(work);
      while (end < plan.groups() && left >= gatheredBytes(plan, end, work)) {
        left -= gatheredBytes(plan, end++, work);
      }
      lots.add(new Lot(first, end, room(work) - left));
    }
    return lots;
  }

  /** What scoring will take, for people, before the first pass. */
  private String need(GroupPlan plan, List<Lot> lots, long work) {
    long most = lots.stream().mapToLong(Lot::bytes).max().orElse(0);
    long passes = lots.stream().filter(lot -> lot.bytes() > 0).count();
    long streamed =
        IntStream.range(0, plan.groups())
            .filter(g -> plan.counts()[g] > 0 && !fits(plan, g, work))
            .count();
    return "wants %,d MiB, reads the features %d time%s"
            .formatted(GroupPlan.mib(most + work), passes, passes == 1 ? "" : "s")
        + (streamed == 0 ? "" : ", and block by block for each of %d groups".formatted(streamed));
  }

  /** Scores the groups that fit, lot by lot. */
  private void gatherAll(
      FeatureTable table,
      GroupPlan plan,
      List<Lot> lots,
      long work,
      double[] scores,
      GroupScorer scorer) {
    for (Lot lot : lots) {
      scoreLot(table, plan, lot.first(), lot.end(), work, scores, scorer);
    }
  }

  private void scoreLot(
      FeatureTable table,
      GroupPlan plan,
      int first,
      int end,
      long work,
      double[] scores,
      GroupScorer scorer) {
    float[][] gathered = gather(table, plan, first, end, work);
    for (int g = first; g < end; g++) {
      if (gathered[g - first].length > 0) {
        Group group = new Group(g, table.dimension(), gathered[g - first]);
        scatter(plan, g, scorer.scores(group), scores);
        table.alive();
      }
      gathered[g - first] = null; // its memory is free for the scores of the next
    }
  }

  private static void scatter(GroupPlan plan, int group, double[] ofGroup, double[] scores) {
    int at = 0;
    for (int row = plan.first()[group]; row < plan.end()[group]; row++) {
      if (plan.of()[row] == group) {
        scores[row] = ofGroup[at++];
      }
    }
  }

  /** The features of the groups from {@code first} to before {@code end} that fit, in one pass. */
  private float[][] gather(FeatureTable table, GroupPlan plan, int first, int end, long work) {
    int d = table.dimension();
    float[][] gathered = new float[end - first][];
    int from = Integer.MAX_VALUE;
    int to = 0;
    for (int g = first; g < end; g++) {
      boolean in = plan.counts()[g] > 0 && fits(plan, g, work);
      gathered[g - first] = new float[in ? plan.counts()[g] * d : 0];
      from = in ? Math.min(from, plan.first()[g]) : from;
      to = in ? Math.max(to, plan.end()[g]) : to;
    }
    if (from >= to) {
      return gathered;
    }
    int[] filled = new int[end - first];
    table.scan(
        from,
        to,
        (at, rows) -> {
          for (int i = 0; i < rows.rows(); i++) {
            int g = plan.of()[at + i] - first;
            if (g >= 0 && g < gathered.length && gathered[g].length > 0) {
              System.arraycopy(rows.features(), i * d, gathered[g], filled[g], d);
              filled[g] += d;
            }
          }
        });
    return gathered;
  }

  private boolean fits(GroupPlan plan, int group, long work) {
    return need(plan.counts()[group], plan.dimension()) <= room(work)
        && (long) plan.counts()[group] * plan.dimension() <= Integer.MAX_VALUE - 8;
  }

  private long gatheredBytes(GroupPlan plan, int group, long work) {
    return fits(plan, group, work) ? need(plan.counts()[group], plan.dimension()) : 0;
  }

  private void requireRoom(GroupPlan plan, IntToLongFunction work) {
    int largest = plan.largest();
    int rows = plan.counts()[largest];
    int d = plan.dimension();
    long held = need(rows, d);
    long need = held + work.applyAsLong(rows);
    String otherwise =
        (plan.scope() == Scope.CLASS ? "choose" : "choose the scope \"class\" or")
            + " a criterion that reads shard by shard (gaussian, ppca, moderate, random)";
    if ((long) rows * d > Integer.MAX_VALUE - 8) {
      throw new InvalidInputException(
          plan.name(largest) + " of " + d + " features are more than an array holds", otherwise);
    }
    GroupPlan.requireMemory(plan.name(largest), need, bytes, otherwise);
    if (held > heap / 2) {
      throw new InvalidInputException(
          plan.name(largest)
              + " want "
              + GroupPlan.mib(held)
              + " MiB at a time, half of the selector's heap is "
              + heap / 2 / MIB,
          "start the selector with -Xmx" + GroupPlan.mib(2 * held) + "m, or " + otherwise);
    }
  }

  private static long need(int rows, int d) {
    return rows * (d * (long) Float.BYTES + WORK_BYTES);
  }
}
