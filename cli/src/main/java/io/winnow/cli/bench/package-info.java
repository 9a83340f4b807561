/** The {@code bench} commands. What they measure is in {@code io.winnow.bench}. */
package io.winnow.cli.bench;
