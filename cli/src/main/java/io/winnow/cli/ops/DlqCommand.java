package io.winnow.cli.ops;

import picocli.CommandLine.Command;

/** Groups the commands for dead letters. */
@Command(
    name = "dlq",
    mixinStandardHelpOptions = true,
    description = {
      "Manages dead letters: records that could not be read or have failed permanently.",
      "A dead letter is kept on its topic's name plus \".dlq\", with the cause in its headers."
    },
    synopsisSubcommandLabel = "COMMAND")
public final class DlqCommand {}
