package io.winnow.selection;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.SelectionSpec.Scope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which groups of a plan fit in memory, beside the work of scoring them.
 *
 * @param bytes what gathered groups and the work may take
 * @param heap what the process has; half of it is left to everything else
 * @param work bytes outside the heap that scoring a group takes, at most
 * @param parts of the engine's threads that score a group each; scores may depend on it in their
 *     last bits, and so it depends on nothing that may differ between equal selections
 * @param workers groups that are scored side by side, at most one a part
 */
record GroupRoom(GroupPlan plan, long bytes, long heap, long work, int parts, int workers) {
  // norms, distances, ranks: what a criterion keeps of a row beside its features
  private static final long WORK_BYTES = 64;
  // so that the last groups of a lot leave few threads waiting
  private static final int GROUPS_A_PART = 4;
  // half of what a spec allows if it says nothing
  private static final long WORK_SIDE_BY_SIDE = 512 * GroupPlan.MIB;

  /** Groups that are gathered in one pass. */
  record Lot(int first, int end, long bytes) {}

  /** One group after the other, by all threads. */
  GroupRoom(GroupPlan plan, long bytes, long heap, long work) {
    this(plan, bytes, heap, work, 1, 1);
  }

  /**
   * The same with the engine's threads in equal parts, where there are groups enough for it; and
   * with as many workers as leave half of the memory, and the largest group its room.
   *
   * @param threads of the engine
   */
  GroupRoom sideBySide(int threads) {
    long groups = Arrays.stream(plan.counts()).filter(count -> count > 0).count();
    long most = Math.min(groups / GROUPS_A_PART, WORK_SIDE_BY_SIDE / Math.max(1, work));
    int split = (int) Math.max(1, Math.min(threads, most));
    while (threads % split != 0) {
      split--;
    }
    int many = split;
    GroupRoom shared = new GroupRoom(plan, bytes, heap, work, split, many);
    while (many > 1
        && (shared.allWork() > bytes / 2 || shared.fits(plan.largest()) != fits(plan.largest()))) {
      shared = new GroupRoom(plan, bytes, heap, work, split, --many);
    }
    return shared;
  }

  private long allWork() {
    return work * workers;
  }

  /** Bytes of the heap that gathered rows may take. */
  long held() {
    return Math.max(0, Math.min(bytes - allWork(), heap / 2));
  }

  /** Whether the rows of a group can be gathered. */
  boolean fits(int group) {
    return need(group) <= held()
        && (long) plan.counts()[group] * plan.dimension() <= Integer.MAX_VALUE - 8;
  }

  /** As few passes as hold every group that fits. */
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

  /** What scoring will take, for people. */
  String need(List<Lot> lots) {
    long most = lots.stream().mapToLong(Lot::bytes).max().orElse(0);
    long passes = lots.stream().filter(lot -> lot.bytes() > 0).count();
    long streamed =
        IntStream.range(0, plan.groups()).filter(g -> plan.counts()[g] > 0 && !fits(g)).count();
    return "wants %,d MiB, reads the features %d time%s"
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
            + " a criterion that reads shard by shard (gaussian, ppca, moderate, random)";
    if ((long) plan.counts()[largest] * d > Integer.MAX_VALUE - 8) {
      throw new InvalidInputException(
          plan.name(largest) + " of " + d + " features are more than an array holds", otherwise);
    }
    GroupPlan.requireMemory(plan.name(largest), held + allWork(), bytes, otherwise);
    if (held > heap / 2) {
      throw new InvalidInputException(
          plan.name(largest)
              + " want "
              + GroupPlan.mib(held)
              + " MiB at a time, half of the selector's heap is "
              + heap / 2 / GroupPlan.MIB,
          "start the selector with -Xmx" + GroupPlan.mib(2 * held) + "m, or " + otherwise);
    }
  }

  private long gathered(int group) {
    return fits(group) ? need(group) : 0;
  }

  private long need(int group) {
    return plan.counts()[group] * (plan.dimension() * (long) Float.BYTES + WORK_BYTES);
  }
}
