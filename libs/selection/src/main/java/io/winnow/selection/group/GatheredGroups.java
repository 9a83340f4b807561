package io.winnow.selection.group;

import io.winnow.selection.features.FeatureTable;
import io.winnow.selection.group.GroupRoom.Lot;

/**
 * The groups of a lot that fit in memory, read in one pass.
 *
 * @param first the lot's first group
 * @param features of each group, n×d, row-major; of length 0 if it has no rows or does not fit
 */
record GatheredGroups(int first, int dimension, float[][] features) {

  static GatheredGroups read(FeatureTable table, GroupRoom room, Lot lot) {
    GroupPlan plan = room.plan();
    int d = plan.dimension();
    float[][] features = new float[lot.end() - lot.first()][];
    int from = Integer.MAX_VALUE;
    int to = 0;
    for (int i = 0; i < features.length; i++) {
      int g = lot.first() + i;
      boolean in = plan.counts()[g] > 0 && room.fits(g);
      features[i] = new float[in ? plan.counts()[g] * d : 0];
      from = in ? Math.min(from, plan.first()[g]) : from;
      to = in ? Math.max(to, plan.end()[g]) : to;
    }
    int[] filled = new int[features.length];
    if (from < to) {
      table.scan(
          from,
          to,
          (at, rows) -> {
            for (int row = 0; row < rows.rows(); row++) {
              int i = plan.of()[at + row] - lot.first();
              if (i >= 0 && i < features.length && features[i].length > 0) {
                System.arraycopy(rows.features(), row * d, features[i], filled[i], d);
                filled[i] += d;
              }
            }
          });
    }
    return new GatheredGroups(lot.first(), d, features);
  }

  int groups() {
    return features.length;
  }

  /** Hands over a group and drops the reference to it, so that its memory can be reclaimed. */
  Group take(int i) {
    Group group = new Group(first + i, dimension, features[i]);
    features[i] = null;
    return group;
  }
}
