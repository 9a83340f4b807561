/**
 * The stage runner. Services do not use this package; they use {@link io.winnow.stage.api}.
 *
 * <p>From the outside in:
 *
 * <ol>
 *   <li>{@link io.winnow.stage.internal.DefaultStageRunner} takes a message, decodes it ({@link
 *       io.winnow.stage.internal.EventMessages}), and settles it by the job's {@link
 *       io.winnow.stage.internal.Outcome}.
 *   <li>{@link io.winnow.stage.internal.JobRun} is one job from its event to the events that follow
 *       it. It repeats attempts while Kafka or the store is unavailable ({@link
 *       io.winnow.stage.internal.TransientFaultRetry}; {@link io.winnow.stage.internal.Faults} says
 *       which faults those are), and holds the job's lease ({@link
 *       io.winnow.stage.internal.Leases}).
 *   <li>{@code Attempt} is one call of {@link io.winnow.stage.api.Stage#run}: scratch directory,
 *       heartbeat, last checkpoint ({@link io.winnow.stage.internal.Checkpoints}), checkpoint
 *       writer. {@code RunningJob} is the context that the stage sees.
 * </ol>
 *
 * <p>{@code Progress}, {@link io.winnow.stage.internal.StageMetrics} and {@code JobTelemetry}
 * report on a job. {@link io.winnow.stage.internal.Lifecycle} holds a shutdown until the running
 * job has left.
 */
package io.winnow.stage.internal;
