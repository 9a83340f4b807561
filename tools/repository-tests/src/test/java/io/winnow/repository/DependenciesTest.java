package io.winnow.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The list of dependencies for those who have to vouch for them. */
class DependenciesTest {
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([^`]+:[^`]+)` \\|");

  @Test
  void theListNamesWhatThePomsNameAndNothingElse() throws Exception {
    // given
    Set<String> named = new TreeSet<>();
    for (Poms.Module module : Poms.modules()) {
      for (Poms.Dependency dependency : module.dependencies()) {
        if (!dependency.test() && !dependency.group().equals("io.winnow")) {
          named.add(dependency.group() + ":" + dependency.artifact());
        }
      }
    }

    // when
    List<String> listed = new ArrayList<>();
    Matcher row = ROW.matcher(Files.readString(Repository.root().resolve("docs/dependencies.md")));
    while (row.find()) {
      listed.add(row.group(1));
    }

    // then each once
    assertThat(listed).containsExactlyInAnyOrderElementsOf(named);
  }
}
