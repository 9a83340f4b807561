package io.winnow.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Messages to users have no names of Java classes, as an exception's text begins with one. */
class MessagesTest {
  private static final Pattern EXCEPTION_IN_A_MESSAGE =
      Pattern.compile("throw new [^;]*: \" *\\+ (?:e|ex|cause|failure|thrown)(?=\\s*[,;)+])[^;]*;");
  private static final Pattern PARSER_IN_A_MESSAGE = Pattern.compile("getOriginalMessage\\(\\)");

  @Test
  void noMessageQuotesAnExceptionWithItsClass() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : sources()) {
      Matcher matcher = EXCEPTION_IN_A_MESSAGE.matcher(Files.readString(file));
      while (matcher.find()) {
        found.add(Repository.root().relativize(file) + ": " + matcher.group());
      }
    }
    assertThat(found).as("use Causes.of").isEmpty();
  }

  @Test
  void noMessageQuotesTheJsonParser() throws IOException {
    List<Path> found = new ArrayList<>();
    for (Path file : sources()) {
      if (!file.endsWith("JsonProblem.java")
          && PARSER_IN_A_MESSAGE.matcher(Files.readString(file)).find()) {
        found.add(file);
      }
    }
    assertThat(found).as("use Causes.of").isEmpty();
  }

  private static List<Path> sources() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (String top : List.of("libs", "tools", "infra")) {
      sources.addAll(Repository.files(Repository.root().resolve(top)));
    }
    for (String module :
        List.of(
            "cli",
            "console",
            "encoder-service",
            "reweight-service",
            "selector-service",
            "trainer-service")) {
      sources.addAll(Repository.files(Repository.root().resolve(module)));
    }
    sources.removeIf(
        file -> !file.toString().contains("/src/main/") || !file.toString().endsWith(".java"));
    assertThat(sources).hasSizeGreaterThan(300);
    return sources;
  }
}
