/**
 * Out-of-core grouping: scores the rows of a {@link io.winnow.selection.features.FeatureTable}
 * class by class (or all together) within a memory limit, although the table may be far larger.
 *
 * <p>Read the classes in this order:
 *
 * <ol>
 *   <li>{@link io.winnow.selection.group.GroupReader} is the entry point. A criterion passes it a
 *       scorer: {@code Scorer} for a {@link io.winnow.selection.group.Group} in memory, or {@code
 *       BlockScorer} for {@link io.winnow.selection.group.BlockedRows} of any size.
 *   <li>{@code GroupPlan} assigns rows to groups and knows the range of each.
 *   <li>{@code GroupRoom} decides which groups fit in memory, collects consecutive ones into lots
 *       of one pass each, and decides how many groups are scored in parallel.
 *   <li>{@code GatheredGroups} reads a lot in one pass; {@code GatheredRows} presents a gathered
 *       group block by block.
 *   <li>{@code StreamedRows} presents a group that does not fit, reading the table in every pass.
 * </ol>
 *
 * <p>Blocks have the same rows whether a group is gathered or streamed, so scores are bit-identical
 * whatever the memory limit.
 */
package io.winnow.selection.group;
