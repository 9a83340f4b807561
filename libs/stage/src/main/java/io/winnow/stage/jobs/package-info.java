/** The jobs of this process, as REST, health checks and metrics see them. */
package io.winnow.stage.jobs;
