package io.winnow.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Modules depend only on modules below them, in their poms and in their sources. */
class ModuleBoundaryTest {
  private static final Map<String, Set<String>> ALLOWED = ModuleArrows.ALLOWED;

  /** What tests may use in addition: servers, the test kit of the stages, the list of metrics. */
  private static final Set<String> FOR_TESTS = Set.of("embedded", "stage", "repository-tests");

  /** Tests of the whole system may use everything. */
  private static final String WHOLE_SYSTEM = "integration-tests";

  /** The only libraries that may use Quarkus: the stage runner, and the engine as a bean. */
  private static final Set<String> QUARKUS_LIBRARIES = Set.of("stage", "engine");

  @Test
  void modulesDependOnlyOnModulesBelow() throws Exception {
    // given
    List<Poms.Module> modules = Poms.modules();

    // then the table names every module and no other
    assertThat(modules)
        .extracting(Poms.Module::name)
        .containsExactlyInAnyOrderElementsOf(ALLOWED.keySet());
    for (Poms.Module module : modules) {
      assertThat(module.uses(false))
          .as("dependencies of " + module.artifact())
          .isSubsetOf(ALLOWED.get(module.name()));
      if (!module.name().equals(WHOLE_SYSTEM)) {
        assertThat(module.uses(true))
            .as("test dependencies of " + module.artifact())
            .isSubsetOf(ModuleArrows.union(ALLOWED.get(module.name()), FOR_TESTS));
      }
    }
  }

  @Test
  void sourcesUseOnlyModulesThatTheirPomDeclares() throws Exception {
    // given
    Map<String, String> owners = new TreeMap<>();
    for (Poms.Module module : Poms.modules()) {
      for (String name : Imports.packages(module.sources())) {
        // a package in two modules would hide which one is used
        assertThat(owners.put(name, module.name())).as("another module with " + name).isNull();
      }
    }

    // then
    for (Poms.Module module : Poms.modules()) {
      for (String imported : Imports.imported(module.sources())) {
        String owner = owners.get(imported);
        if (owner != null && !owner.equals(module.name())) {
          assertThat(module.uses(false))
              .as(module.artifact() + " uses " + imported)
              .contains(owner);
        }
      }
    }
  }

  @Test
  void noServiceDependsOnAnother() throws Exception {
    for (Poms.Module module : Poms.modules()) {
      if (!module.name().equals(WHOLE_SYSTEM)) {
        assertThat(module.dependencies())
            .as(module.artifact())
            .noneMatch(d -> d.own() && d.artifact().endsWith("-service"));
      }
    }
  }

  @Test
  void librariesAreFreeOfFrameworks() throws Exception {
    int libraries = 0;
    for (Poms.Module module : Poms.modules()) {
      if (module.folder().getParent().endsWith("libs")
          && !QUARKUS_LIBRARIES.contains(module.name())) {
        libraries++;
        assertThat(Files.readString(module.folder().resolve("pom.xml")))
            .as(module.artifact())
            .doesNotContain("<groupId>io.quarkus", "<groupId>io.smallrye");
        assertThat(Imports.imported(module.sources()))
            .as("packages that " + module.artifact() + " imports")
            .noneMatch(
                name ->
                    name.matches(
                        "(io\\.(quarkus|smallrye)|jakarta\\.(enterprise|inject|ws)|org\\.eclipse\\.microprofile)\\b.*"));
      }
    }
    assertThat(libraries).isEqualTo(9);
  }

  @Test
  void theAllowedDependenciesHaveNoCycle() {
    Map<String, Integer> depth = new HashMap<>();
    ALLOWED.keySet().forEach(name -> depth(name, depth, new ArrayList<>()));
    assertThat(depth).hasSameSizeAs(ALLOWED);
  }

  private static int depth(String name, Map<String, Integer> known, List<String> path) {
    assertThat(path).as("cycle").doesNotContain(name);
    List<String> longer = new ArrayList<>(path);
    longer.add(name);
    int depth =
        ALLOWED.get(name).stream()
            .mapToInt(below -> 1 + depth(below, known, longer))
            .max()
            .orElse(0);
    known.put(name, depth);
    return depth;
  }

  @Test
  void theRepositoryIsCheckedFirst() throws Exception {
    // the first module that depends on no other is the first that Maven builds
    Poms.Module first = Poms.modules().get(0);
    assertThat(first.name()).isEqualTo("repository-tests");
    assertThat(first.uses(true)).isEmpty();
  }
}
