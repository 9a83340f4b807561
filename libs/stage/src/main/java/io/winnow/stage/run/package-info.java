/** How one job is run. Behind {@link io.winnow.stage.StageRunner}; services use nothing of it. */
package io.winnow.stage.run;
