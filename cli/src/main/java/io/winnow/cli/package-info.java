/**
 * The command line behind the script {@code winnow}: {@link io.winnow.cli.Winnow} registers every
 * command and turns errors into one line and an exit code. Each command is a small class in a
 * sub-package named for what it works on:
 *
 * <ul>
 *   <li>{@code run}: submit runs and experiments, follow them, report on them
 *   <li>{@code data}: data sets, latents, coresets
 *   <li>{@code model}: samples, exports, imports, generated kernels
 *   <li>{@code bench}: benchmarks
 *   <li>{@code ops}: the local system, dead letters, garbage collection, fault injection
 *   <li>{@code common}: options and output that commands share
 * </ul>
 */
package io.winnow.cli;
