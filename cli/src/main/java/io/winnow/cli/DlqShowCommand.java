package io.winnow.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.winnow.contracts.Json;
import io.winnow.local.deadletter.DeadLetter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "show", description = "Shows one dead letter: headers, cause, value.")
final class DlqShowCommand implements Callable<Integer> {
  private static final int SHOWN = 100_000;

  private final Terminal terminal;

  @Mixin private final HomeOptions common;

  @Parameters(paramLabel = "ID", description = "As \"winnow dlq list\" names it.")
  private String id;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  DlqShowCommand(Terminal terminal, Installation installation) {
    this.terminal = terminal;
    this.common = new HomeOptions(installation);
  }

  @Override
  public Integer call() {
    try (DlqAccess access = DlqAccess.open(common)) {
      DeadLetter letter = access.letters().get(id);
      String value = value(letter);
      if (json) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("letter", letter);
        all.put("value", value);
        terminal.json(all);
        return 0;
      }
      terminal.out().println(letter.id() + ", " + letter.at() + ", key " + letter.run());
      letter.headers().forEach((name, text) -> terminal.out().println(name + ": " + text));
      terminal.out().println();
      terminal.out().println(value);
      return 0;
    }
  }

  private static String value(DeadLetter letter) {
    String text = letter.text().orElse("(no value)");
    try {
      JsonNode tree = Json.mapper().readTree(text);
      text = tree == null ? text : tree.toPrettyString();
    } catch (JsonProcessingException e) {
      // shown as it is
    }
    return text.length() <= SHOWN
        ? text
        : text.substring(0, SHOWN) + "… (" + letter.bytes() + " bytes)";
  }
}
