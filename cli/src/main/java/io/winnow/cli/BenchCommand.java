package io.winnow.cli;

import picocli.CommandLine.Command;

/** Groups the benchmarks; each prints one JSON object. */
@Command(
    name = "bench",
    description = "Times a part of Winnow on this machine and prints JSON; see docs/benchmarks.",
    synopsisSubcommandLabel = "COMMAND")
final class BenchCommand {}
