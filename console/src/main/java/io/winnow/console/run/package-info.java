/** Runs as the console knows them: from events and from the store. */
package io.winnow.console.run;
