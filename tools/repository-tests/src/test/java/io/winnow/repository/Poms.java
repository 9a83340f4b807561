package io.winnow.repository;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** What the poms of the modules say. */
final class Poms {
  private Poms() {}

  record Dependency(String group, String artifact, boolean test) {}

  /**
   * @param name of its artifact
   * @param dependencies that its own pom names
   */
  record Module(String name, List<Dependency> dependencies) {}

  static List<Module> modules() throws Exception {
    List<Module> modules = new ArrayList<>();
    Element root = parse(Repository.root().resolve("pom.xml"));
    for (Element module : below(below(root, "modules").get(0), "module")) {
      modules.add(module(Repository.root().resolve(module.getTextContent().strip())));
    }
    return modules;
  }

  private static Module module(Path folder) throws Exception {
    Element project = parse(folder.resolve("pom.xml"));
    List<Dependency> dependencies = new ArrayList<>();
    for (Element list : below(project, "dependencies")) {
      for (Element d : below(list, "dependency")) {
        dependencies.add(
            new Dependency(
                text(d, "groupId"), text(d, "artifactId"), text(d, "scope").equals("test")));
      }
    }
    return new Module(text(project, "artifactId"), dependencies);
  }

  private static Element parse(Path file) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(file.toFile())
        .getDocumentElement();
  }

  private static String text(Element parent, String name) {
    return below(parent, name).stream().findFirst().map(e -> e.getTextContent().strip()).orElse("");
  }

  private static List<Element> below(Element parent, String name) {
    List<Element> found = new ArrayList<>();
    for (Node n = parent.getFirstChild(); n != null; n = n.getNextSibling()) {
      if (n instanceof Element e && e.getTagName().equals(name)) {
        found.add(e);
      }
    }
    return found;
  }
}
