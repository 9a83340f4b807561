package io.winnow.cli.ops;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.winnow.cli.common.HomeOptions;
import io.winnow.cli.common.Installation;
import io.winnow.cli.common.Output;
import io.winnow.cli.common.Terminal;
import io.winnow.contracts.Json;
import io.winnow.local.deadletter.DeadLetter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "show", description = "Shows one dead letter: headers, cause and value.")
public final class DlqShowCommand implements Callable<Integer> {
  private static final int MAX_CHARACTERS = 100_000;

  @Mixin private final HomeOptions common;
  @Mixin private final Output output;

  @Parameters(paramLabel = "ID", description = "Id as listed by \"winnow dlq list\".")
  private String id;

  /** What {@code --json} prints. */
  record Printed(DeadLetter letter, String value) {}

  public DlqShowCommand(Terminal terminal, Installation installation) {
    this.common = new HomeOptions(installation);
    this.output = new Output(terminal);
  }

  @Override
  public Integer call() {
    try (DlqAccess access = DlqAccess.open(common)) {
      DeadLetter letter = access.letters().get(id);
      String value = value(letter);
      output.print(
          new Printed(letter, value),
          out -> {
            out.println(letter.id() + ", " + letter.at() + ", key " + letter.run());
            letter.headers().forEach((name, text) -> out.println(name + ": " + text));
            out.println();
            out.println(value);
          });
      return 0;
    }
  }

  private static String value(DeadLetter letter) {
    String text = letter.text().orElse("(no value)");
    try {
      JsonNode tree = Json.mapper().readTree(text);
      text = tree == null ? text : tree.toPrettyString();
    } catch (JsonProcessingException e) {
      // not JSON: printed unchanged
    }
    return text.length() <= MAX_CHARACTERS
        ? text
        : text.substring(0, MAX_CHARACTERS) + "… (" + letter.bytes() + " bytes)";
  }
}
