/** Beans that prepare or end the process as a whole; each works alone. */
package io.winnow.stage.process;
