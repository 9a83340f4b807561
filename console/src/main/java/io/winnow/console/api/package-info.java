/** The console's REST endpoints, under {@code /api}. */
package io.winnow.console.api;
