package io.winnow.selection.group;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.Catalog;
import io.winnow.contracts.spec.CriterionInfo;
import io.winnow.contracts.spec.CriterionInfo.Needs;
import io.winnow.contracts.spec.SelectionSpec.Scope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Decides which groups of a plan are held in memory while they are scored, and how many are scored
 * in parallel.
 *
 * @param bytes limit for gathered groups and the working memory of the scorers
 * @param heap size of the heap; half of it is left to everything else
 * @param work bytes outside the heap that scoring one group takes, at most
 * @param parts equal parts into which the engine's threads are split, each scoring one group at a
 *     time; the last bits of scores may depend on it, so it must not depend on anything that may
 *     differ between equal selections
 * @param workers groups that are scored in parallel, at most one per part
 */
record GroupRoom(GroupPlan plan, long bytes, long heap, long work, int parts, int workers) {
  // norms, distances and ranks that a criterion keeps per row beside the features
  private static final long WORK_BYTES = 64;
  // enough that few threads idle while the last groups of a lot are scored
  private static final int GROUPS_PER_PART = 4;
  // half of the default of selection.memoryMiB
  private static final long PARALLEL_WORK = 512 * GroupPlan.MIB;

  /** Consecutive groups that are gathered in one pass. */
  record Lot(int first, int end, long bytes) {}

  /** One group at a time, scored by all threads. */
  GroupRoom(GroupPlan plan, long bytes, long heap, long work) {
    this(plan, bytes, heap, work, 1, 1);
  }

  /**
   * Splits the engine's threads into equal parts if there are enough groups, with as many workers
   * as leave half of the memory free and enough room for the largest group.
   *
   * @param threads of the engine
   */
  GroupRoom parallel(int threads) {
    long groups = Arrays.stream(plan.counts()).filter(count -> count > 0).count();
    long most = Math.min(groups / GROUPS_PER_PART, PARALLEL_WORK / Math.max(1, work));
    int split = (int) Math.max(1, Math.min(threads, most));
    while (threads % split != 0) {
      split--;
    }
    int count = split;
    GroupRoom shared = new GroupRoom(plan, bytes, heap, work, split, count);
    while (count > 1
        && (shared.allWork() > bytes / 2 || shared.fits(plan.largest()) != fits(plan.largest()))) {
      shared = new GroupRoom(plan, bytes, heap, work, split, --count);
    }
    return shared;
  }

  private long allWork() {
    return work * workers;
  }

  /** Bytes of the heap that gathered rows may occupy. */
  long held() {
    return Math.max(0, Math.min(bytes - allWork(), heap / 2));
  }

  /** Whether the rows of a group can be held in memory. */
  boolean fits(int group) {
    return need(group) <= held()
        && (long) plan.counts()[group] * plan.dimension() <= Integer.MAX_VALUE - 8;
  }

  /** The fewest passes that gather every group that fits. */
  List<Lot> lots() {
    List<Lot> lots = new ArrayList<>();
    int end;
    for (int first = 0; first < plan.groups(); first = end) {
      end = first;
      long left = held();
      while (end < plan.groups() && left >= gathered(end)) {
        left -= gathered(end++);
      }
      lots.add(new Lot(first, end, held() - left));
    }
    return lots;
  }

  /** The memory and the passes that scoring takes, as text. */
  String need(List<Lot> lots) {
    long most = lots.stream().mapToLong(Lot::bytes).max().orElse(0);
    long passes = lots.stream().filter(lot -> lot.bytes() > 0).count();
    long streamed =
        IntStream.range(0, plan.groups()).filter(g -> plan.counts()[g] > 0 && !fits(g)).count();
    return "needs %,d MiB, reads the features %d time%s"
            .formatted(GroupPlan.mib(most + allWork()), passes, passes == 1 ? "" : "s")
        + (streamed == 0 ? "" : ", and block by block for each of %d groups".formatted(streamed));
  }

  /**
   * @throws InvalidInputException the largest group cannot be gathered
   */
  void requireLargest() {
    int largest = plan.largest();
    int d = plan.dimension();
    long held = need(largest);
    String otherwise =
        (plan.scope() == Scope.CLASS ? "choose" : "choose the scope \"class\" or")
            + " a criterion that reads shard by shard ("
            + streaming()
            + ")";
    if ((long) plan.counts()[largest] * d > Integer.MAX_VALUE - 8) {
      throw new InvalidInputException(
          plan.name(largest) + " of " + d + " features are more than an array holds", otherwise);
    }
    GroupPlan.requireMemory(plan.name(largest), held + allWork(), bytes, otherwise);
    if (held > heap / 2) {
      throw new InvalidInputException(
          plan.name(largest)
              + " need "
              + GroupPlan.mib(held)
              + " MiB at a time, half of the selector's heap is "
              + heap / 2 / GroupPlan.MIB,
          "start the selector with -Xmx" + GroupPlan.mib(2 * held) + "m, or " + otherwise);
    }
  }

  private static String streaming() {
    return Catalog.CRITERIA.all().stream()
        .filter(criterion -> criterion.streams() && criterion.needs() != Needs.LOSSES)
        .map(CriterionInfo::name)
        .collect(Collectors.joining(", "));
  }

  private long gathered(int group) {
    return fits(group) ? need(group) : 0;
  }

  private long need(int group) {
    return plan.counts()[group] * (plan.dimension() * (long) Float.BYTES + WORK_BYTES);
  }
}
