package io.winnow.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Relative links in the documentation point to files and headings that exist. */
class LinksTest {
  private static final Pattern LINK =
      Pattern.compile(
          "\\]\\((?<inline>[^)\\s]+)(?: \"[^\"]*\")?\\)|(?:src|href)=\"(?<html>[^\"]+)\"");
  private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.+?)\\s*#*\\s*$");
  private static final Pattern CODE = Pattern.compile("(?s)```.*?```|`[^`\\n]*`");
  private static final Set<String> IGNORED = Set.of("target", ".git", "node_modules");

  @Test
  void relativeLinksResolve() throws Exception {
    // given
    List<Path> pages = pages();
    assertThat(pages).hasSizeGreaterThan(20);

    // when
    List<String> broken = new ArrayList<>();
    for (Path page : pages) {
      String text = CODE.matcher(Files.readString(page)).replaceAll("");
      Matcher link = LINK.matcher(text);
      while (link.find()) {
        String target = link.group("inline") != null ? link.group("inline") : link.group("html");
        if (!target.matches("[a-z]+:.*") && !resolves(page, target)) {
          broken.add(Repository.root().relativize(page) + " → " + target);
        }
      }
    }

    // then
    assertThat(broken).isEmpty();
  }

  private static boolean resolves(Path page, String target) throws IOException {
    String[] parts = target.split("#", 2);
    Path file =
        parts[0].isEmpty()
            ? page
            : page.resolveSibling(URLDecoder.decode(parts[0], StandardCharsets.UTF_8)).normalize();
    if (!Files.exists(file)) {
      return false;
    }
    return parts.length < 2
        || !file.toString().endsWith(".md")
        || anchors(Files.readString(file)).contains(parts[1]);
  }

  /** The anchors of the headings, as GitHub derives them. */
  private static Set<String> anchors(String markdown) {
    Set<String> anchors = new HashSet<>();
    Matcher heading = HEADING.matcher(markdown.replaceAll("(?s)```.*?```", ""));
    while (heading.find()) {
      String title = heading.group(1).replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1");
      String anchor =
          title.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}_ -]", "").replace(' ', '-');
      String unique = anchor;
      for (int i = 1; !anchors.add(unique); i++) {
        unique = anchor + "-" + i;
      }
    }
    return anchors;
  }

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    Files.walkFileTree(
        Repository.root(),
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return IGNORED.contains(folder.getFileName().toString())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(".md")) {
              pages.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return pages;
  }
}
