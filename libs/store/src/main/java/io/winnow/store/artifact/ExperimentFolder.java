package io.winnow.store.artifact;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.run.Experiment;
import io.winnow.store.object.ObjectStore;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The stored objects of one experiment, {@code experiments/<id>/}. */
public final class ExperimentFolder {
  /** The report as an HTML page. */
  public static final String PAGE = "report.html";

  /** The report's tables in Markdown. */
  public static final String TABLES = "report.md";

  /** The report's numbers in JSON. */
  public static final String FIGURES = "report.json";

  private static final String EXPERIMENTS = "experiments/";
  private static final String PLAN = "experiment.json";
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}");

  private final ObjectStore objects;
  private final String folder;

  /**
   * Accesses a folder, which need not exist.
   *
   * @throws InvalidInputException the id cannot be the name of a folder
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
   * Stores a plan unless there is one.
   *
   * @return the stored plan
   */
  public Experiment plan(Experiment experiment) {
    objects.create(folder + PLAN, Json.bytes(experiment));
    return plan().orElse(experiment);
  }

  /** The plan. */
  public Optional<Experiment> plan() {
    return objects
        .find(folder + PLAN)
        .map(bytes -> Json.read(bytes, Experiment.class, folder + PLAN));
  }

  /** Stores a part of the report, replacing an earlier one. */
  public ObjectRef put(String name, byte[] content) {
    return objects.put(folder + name, content);
  }

  /** A part of the report. */
  public Optional<byte[]> find(String name) {
    return objects.find(folder + name);
  }
}
