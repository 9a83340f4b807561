package io.winnow.repository;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** The modules and dependencies that the poms declare. */
final class Poms {
  static final String GROUP = "io.winnow";

  private Poms() {}

  /**
   * @param scope {@code compile} if the pom names none
   */
  record Dependency(String group, String artifact, String scope) {
    boolean test() {
      return scope.equals("test");
    }

    boolean own() {
      return group.equals(GROUP);
    }

    String id() {
      return group + ":" + artifact;
    }
  }

  /**
   * @param artifact its artifactId
   * @param dependencies those that its own pom declares
   */
  record Module(String artifact, Path folder, List<Dependency> dependencies) {
    /** The artifactId without the common prefix, e.g. {@code store}. */
    String name() {
      return brief(artifact);
    }

    /** The names of the modules of Winnow that it depends on, in tests or outside them. */
    Set<String> uses(boolean test) {
      Set<String> names = new TreeSet<>();
      dependencies.stream()
          .filter(d -> d.own() && d.test() == test)
          .forEach(d -> names.add(brief(d.artifact())));
      return names;
    }

    List<Path> sources() throws IOException {
      return Repository.files(folder.resolve("src/main/java"));
    }
  }

  private static String brief(String artifact) {
    return artifact.replaceFirst("^winnow-", "");
  }

  /** The modules in the order of the root pom. */
  static List<Module> modules() throws Exception {
    List<Module> modules = new ArrayList<>();
    Element root = parse(Repository.root().resolve("pom.xml"));
    for (Element module : children(children(root, "modules").get(0), "module")) {
      modules.add(module(Repository.root().resolve(module.getTextContent().strip())));
    }
    return modules;
  }

  private static Module module(Path folder) throws Exception {
    Element project = parse(folder.resolve("pom.xml"));
    List<Dependency> dependencies = new ArrayList<>();
    for (Element list : children(project, "dependencies")) {
      for (Element d : children(list, "dependency")) {
        String scope = text(d, "scope");
        dependencies.add(
            new Dependency(
                text(d, "groupId"), text(d, "artifactId"), scope.isEmpty() ? "compile" : scope));
      }
    }
    return new Module(text(project, "artifactId"), folder, dependencies);
  }

  private static Element parse(Path file) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(file.toFile())
        .getDocumentElement();
  }

  private static String text(Element parent, String name) {
    return children(parent, name).stream()
        .findFirst()
        .map(e -> e.getTextContent().strip())
        .orElse("");
  }

  private static List<Element> children(Element parent, String name) {
    List<Element> found = new ArrayList<>();
    for (Node n = parent.getFirstChild(); n != null; n = n.getNextSibling()) {
      if (n instanceof Element e && e.getTagName().equals(name)) {
        found.add(e);
      }
    }
    return found;
  }
}
