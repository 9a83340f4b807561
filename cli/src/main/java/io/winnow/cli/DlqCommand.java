package io.winnow.cli;

import picocli.CommandLine.Command;

@Command(
    name = "dlq",
    mixinStandardHelpOptions = true,
    description = {
      "Looks at dead letters: records that could not be read or have failed for good.",
      "Each is kept on the topic it came on with \".dlq\" added, its cause in headers."
    })
final class DlqCommand {}
