package io.winnow.repository;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Which module may know which: an arrow that is not here is not allowed in any pom. */
class ModuleBoundaryTest {
  private static final String PREFIX = "winnow-";

  private static final Map<String, Set<String>> ARROWS =
      Map.ofEntries(
          entry("contracts", Set.of()),
          entry("embedded", Set.of()),
          entry("storage", Set.of("contracts")),
          entry("stage", Set.of("storage", "contracts")),
          entry("diffusion", Set.of("storage", "contracts")),
          entry("encoder-service", Set.of("stage", "diffusion", "storage", "contracts")),
          entry("selector-service", Set.of("stage", "diffusion", "storage", "contracts")),
          entry("reweight-service", Set.of("stage", "diffusion", "storage", "contracts")),
          entry("trainer-service", Set.of("stage", "diffusion", "storage", "contracts")),
          entry("console", Set.of("stage", "storage", "contracts")),
          entry("local", Set.of("storage", "embedded", "diffusion", "contracts")));

  /** What tests may use besides: servers, and the test kit of infra/stage. */
  private static final Set<String> FOR_TESTS = Set.of("embedded", "stage");

  @Test
  void everyModuleKnowsOnlyThoseBelowIt() throws Exception {
    // given
    List<Poms.Module> modules = Poms.modules();

    // then every module is in the plan, and the plan has no other
    assertThat(modules.stream().map(module -> brief(module.name())))
        .containsExactlyInAnyOrderElementsOf(ARROWS.keySet());
    for (Poms.Module module : modules) {
      assertThat(names(module, false))
          .as("what " + module.name() + " depends on")
          .isSubsetOf(ARROWS.get(brief(module.name())));
      Set<String> forTests = new TreeSet<>(ARROWS.get(brief(module.name())));
      forTests.addAll(FOR_TESTS);
      assertThat(names(module, true))
          .as("what the tests of " + module.name() + " depend on")
          .isSubsetOf(forTests);
    }
  }

  @Test
  void noServiceKnowsAnother() throws Exception {
    for (Poms.Module module : Poms.modules()) {
      assertThat(module.dependencies())
          .as(module.name())
          .noneMatch(d -> d.artifact().matches(PREFIX + ".*-service"));
    }
  }

  @Test
  void whatIsToBeFreeOfFrameworksIs() throws Exception {
    for (Path pom :
        List.of(Path.of("infra/contracts"), Path.of("infra/storage"), Path.of("infra/diffusion"))) {
      String text = Files.readString(Repository.root().resolve(pom).resolve("pom.xml"));
      assertThat(text).as(pom.toString()).doesNotContain("<groupId>io.quarkus", "smallrye");
    }
  }

  @Test
  void thePlanItselfHasNoCycle() {
    Map<String, Integer> depth = new HashMap<>();
    ARROWS.keySet().forEach(name -> depth(name, depth, new ArrayList<>()));
    assertThat(depth).hasSameSizeAs(ARROWS);
  }

  private static int depth(String name, Map<String, Integer> known, List<String> path) {
    assertThat(path).as("cycle").doesNotContain(name);
    List<String> longer = new ArrayList<>(path);
    longer.add(name);
    int depth =
        ARROWS.get(name).stream()
            .mapToInt(below -> 1 + depth(below, known, longer))
            .max()
            .orElse(0);
    known.put(name, depth);
    return depth;
  }

  private static Set<String> names(Poms.Module module, boolean test) {
    Set<String> names = new TreeSet<>();
    module.dependencies().stream()
        .filter(d -> d.group().equals("io.winnow") && d.test() == test)
        .forEach(d -> names.add(brief(d.artifact())));
    return names;
  }

  private static String brief(String artifact) {
    return artifact.substring(PREFIX.length());
  }
}
