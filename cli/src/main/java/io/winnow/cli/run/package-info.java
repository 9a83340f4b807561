/** Commands that submit, follow and report runs and experiments. */
package io.winnow.cli.run;
