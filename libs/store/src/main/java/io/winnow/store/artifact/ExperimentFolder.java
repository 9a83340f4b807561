package io.winnow.store.artifact;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.run.Experiment;
import io.winnow.store.object.ObjectStore;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What is kept of one experiment under {@code experiments/<id>/}. */
public final class ExperimentFolder {
  /** The report, a page. */
  public static final String PAGE = "report.html";

  /** The report's tables, Markdown. */
  public static final String TABLES = "report.md";

  /** The report's figures, JSON. */
  public static final String FIGURES = "report.json";

  private static final String EXPERIMENTS = "experiments/";
  private static final String PLAN = "experiment.json";
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}");

  private final ObjectStore objects;
  private final String folder;

  /**
   * @throws InvalidInputException an id that cannot be a folder's name
   */
  public ExperimentFolder(ObjectStore objects, String id) {
    if (id == null || !ID.matcher(id).matches()) {
      throw new InvalidInputException(
          "experiment id \"" + id + "\" is not usable",
          "name an experiment as \"winnow experiment\" did");
    }
    this.objects = objects;
    this.folder = EXPERIMENTS + id + "/";
  }

  /** Ids of the experiments known to the store, in order. */
  public static List<String> experiments(ObjectStore objects) {
    return objects.list(EXPERIMENTS).stream()
        .map(o -> o.key().substring(EXPERIMENTS.length()))
        .filter(key -> key.endsWith("/" + PLAN))
        .map(key -> key.substring(0, key.indexOf('/')))
        .distinct()
        .sorted()
        .toList();
  }

  /**
   * Keeps a plan unless there is one.
   *
   * @return the one that is kept
   */
  public Experiment plan(Experiment experiment) {
    objects.create(folder + PLAN, Json.bytes(experiment));
    return plan().orElse(experiment);
  }

  /** What was planned. */
  public Optional<Experiment> plan() {
    return objects
        .find(folder + PLAN)
        .map(bytes -> Json.parse(bytes, Experiment.class, folder + PLAN));
  }

  /** Keeps a part of the report in place of an earlier one. */
  public ObjectRef put(String name, byte[] content) {
    return objects.put(folder + name, content);
  }

  /** A part of the report. */
  public Optional<byte[]> find(String name) {
    return objects.find(folder + name);
  }
}
