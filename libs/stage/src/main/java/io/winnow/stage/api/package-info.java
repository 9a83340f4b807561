/**
 * What a service implements and uses.
 *
 * <p>Read {@link io.winnow.stage.api.Stage} first: a service has one implementation for each job
 * that it does. A channel method of the service hands each message to {@link
 * io.winnow.stage.api.StageRunner}, which calls the stage. While it runs, a stage reports through
 * its {@link io.winnow.stage.api.JobContext}: progress, metrics, costs, {@link
 * io.winnow.stage.api.Checkpoint}s and the artifact that it makes. {@link
 * io.winnow.stage.api.StopException} ends a job early. {@link io.winnow.stage.api.Join} starts a
 * stage that needs two events.
 *
 * <p>Nothing here depends on another package of this module.
 */
package io.winnow.stage.api;
