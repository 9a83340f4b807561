package io.winnow.cli.bench;

import picocli.CommandLine.Command;

/** Groups the benchmarks; each prints one JSON document. */
@Command(
    name = "bench",
    description = "Measures a part of Winnow on this machine and prints JSON; see docs/benchmarks.",
    synopsisSubcommandLabel = "COMMAND")
public final class BenchCommand {}
