/**
 * Experiments: {@link io.winnow.experiments.ExperimentSpec} describes arms × ratios × seeds, {@link
 * io.winnow.experiments.Planner} turns it into runs (scaled to a time budget by {@link
 * io.winnow.experiments.BudgetFitter}), {@link io.winnow.experiments.ExperimentRunner} executes
 * them, and {@link io.winnow.experiments.Reporter} writes the report.
 */
package io.winnow.experiments;
