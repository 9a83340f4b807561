/** What is known of runs: from events, and from the store. */
package io.winnow.console.run;
