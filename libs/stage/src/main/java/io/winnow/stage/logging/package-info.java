/** What of the log is left out. */
package io.winnow.stage.logging;
