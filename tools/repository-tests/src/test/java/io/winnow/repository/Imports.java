package io.winnow.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Packages and imports of Java sources. */
final class Imports {
  private static final Pattern IMPORT = Pattern.compile("(?m)^import (?:static )?([\\w.]+)");
  private static final Pattern PACKAGE = Pattern.compile("(?m)^package ([\\w.]+);");
  private static final Pattern PACKAGE_OF_CLASS = Pattern.compile("((?:[a-z0-9_]+\\.)+)[A-Z]");

  private Imports() {}

  /** The packages that the classes of these files are in. */
  static Set<String> packages(Collection<Path> sources) throws IOException {
    return matches(PACKAGE, sources);
  }

  /** The packages of the classes that these files import. */
  static Set<String> imported(Collection<Path> sources) throws IOException {
    Set<String> packages = new TreeSet<>();
    for (String name : matches(IMPORT, sources)) {
      Matcher prefix = PACKAGE_OF_CLASS.matcher(name);
      if (!prefix.lookingAt()) {
        throw new AssertionError("cannot find the package of " + name);
      }
      packages.add(prefix.group(1).substring(0, prefix.group(1).length() - 1));
    }
    return packages;
  }

  private static Set<String> matches(Pattern pattern, Collection<Path> sources) throws IOException {
    Set<String> found = new TreeSet<>();
    for (Path source : sources) {
      if (source.toString().endsWith(".java")) {
        Matcher matcher = pattern.matcher(Files.readString(source));
        while (matcher.find()) {
          found.add(matcher.group(1));
        }
      }
    }
    return found;
  }
}
