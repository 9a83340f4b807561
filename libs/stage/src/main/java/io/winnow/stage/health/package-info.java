/** Liveness and readiness checks of every service. */
package io.winnow.stage.health;
