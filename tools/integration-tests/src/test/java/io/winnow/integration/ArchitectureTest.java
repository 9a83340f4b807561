package io.winnow.integration;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import io.winnow.repository.ModuleArrows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The compiled classes of all modules: they use only modules below their own, and the packages of a
 * module have no cycles.
 */
class ArchitectureTest {
  private static final Pattern MODULE = Pattern.compile("<module>(.+?)</module>");
  private static final Pattern ARTIFACT =
      Pattern.compile("</parent>\\s*<artifactId>winnow-(.+?)</artifactId>");
  private static final Path ROOT = root();

  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("docker-compose.yml"))) {
      folder = folder.getParent();
    }
    return folder;
  }

  /** The folders of the compiled classes by the name of the module. */
  private static Map<String, Path> modules() throws IOException {
    Map<String, Path> folders = new TreeMap<>();
    Matcher module = MODULE.matcher(Files.readString(ROOT.resolve("pom.xml")));
    while (module.find()) {
      Path folder = ROOT.resolve(module.group(1));
      Matcher artifact = ARTIFACT.matcher(Files.readString(folder.resolve("pom.xml")));
      assertThat(artifact.find()).as(folder.toString()).isTrue();
      if (Files.isDirectory(folder.resolve("src/main/java"))) {
        Path classes = folder.resolve("target/classes");
        assertThat(classes).as("build " + module.group(1) + " first").isDirectory();
        folders.put(artifact.group(1), classes);
      }
    }
    return folders;
  }

  @Test
  void classesUseOnlyModulesBelowTheirOwn() throws Exception {
    // given
    Map<String, String> owners = new HashMap<>();
    List<JavaClass> all = new ArrayList<>();
    for (Map.Entry<String, Path> module : modules().entrySet()) {
      for (JavaClass javaClass : new ClassFileImporter().importPath(module.getValue())) {
        assertThat(owners.put(javaClass.getName(), module.getKey()))
            .as("another module with " + javaClass.getName())
            .isNull();
        all.add(javaClass);
      }
    }
    assertThat(all).hasSizeGreaterThan(500);

    // when
    List<String> violations = new ArrayList<>();
    for (JavaClass javaClass : all) {
      String from = owners.get(javaClass.getName());
      javaClass.getDirectDependenciesFromSelf().stream()
          .map(dependency -> dependency.getTargetClass().getBaseComponentType().getName())
          .filter(owners::containsKey)
          .filter(target -> !owners.get(target).equals(from))
          .filter(target -> !ModuleArrows.ALLOWED.get(from).contains(owners.get(target)))
          .distinct()
          .forEach(target -> violations.add(javaClass.getName() + " uses " + target));
    }

    // then
    assertThat(violations).isEmpty();
  }

  @TestFactory
  List<DynamicTest> packagesHaveNoCycles() throws Exception {
    return modules().entrySet().stream()
        .map(
            module ->
                DynamicTest.dynamicTest(
                    module.getKey(),
                    () ->
                        slices()
                            .assignedFrom(new ByPackage())
                            .should()
                            .beFreeOfCycles()
                            .check(new ClassFileImporter().importPath(module.getValue()))))
        .toList();
  }

  /** One slice per package of Winnow. */
  private static final class ByPackage implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
      return javaClass.getPackageName().startsWith("io.winnow.")
          ? SliceIdentifier.of(javaClass.getPackageName())
          : SliceIdentifier.ignore();
    }

    @Override
    public String getDescription() {
      return "packages";
    }
  }
}
