package io.winnow.storage.artifact;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.Run;
import io.winnow.contracts.RunReport;
import io.winnow.contracts.RunStatus;
import io.winnow.contracts.StepRecord;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.RunCancel;
import io.winnow.contracts.event.RunFailed;
import io.winnow.storage.object.ObjectStore;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What is kept of one run under {@code runs/<run id>/}: pointers and its report, no tensors. */
public final class RunFolder {
  private static final String RUNS = "runs/";

  private static final int MOST_ATTEMPTS = 99;

  private final ObjectStore objects;
  private final String id;
  private final String folder;

  /**
   * @throws InvalidInputException an id that cannot be a folder's name
   */
  public RunFolder(ObjectStore objects, String runId) {
    if (runId == null || runId.isBlank() || runId.startsWith(".") || runId.contains("/")) {
      throw new InvalidInputException(
          "run id \"" + runId + "\" is not usable", "name a run as its request did");
    }
    this.objects = objects;
    this.id = runId;
    this.folder = RUNS + runId + "/";
  }

  /** Ids of the runs known to the store, in order. */
  public static List<String> runs(ObjectStore objects) {
    return objects.list(RUNS).stream()
        .map(o -> o.key().substring(RUNS.length()))
        .filter(k -> k.contains("/"))
        .map(k -> k.substring(0, k.indexOf('/')))
        .distinct()
        .sorted()
        .toList();
  }

  /**
   * The last attempt at a run that may have been asked for more than once, each time under a name
   * of its own: {@code id}, {@code id.2}, {@code id.3} …
   */
  public static RunFolder latest(ObjectStore objects, String runId) {
    RunFolder latest = new RunFolder(objects, runId);
    for (int attempt = 2; attempt <= MOST_ATTEMPTS; attempt++) {
      RunFolder next = new RunFolder(objects, runId + "." + attempt);
      if (next.status() == RunStatus.UNKNOWN) {
        break;
      }
      latest = next;
    }
    return latest;
  }

  /** The run's id. */
  public String id() {
    return id;
  }

  public void request(Run run) {
    write("request.json", run);
  }

  public Optional<Run> request() {
    return read("request.json", Run.class);
  }

  /** Notes a finished stage; a stage has one record, the last. */
  public void step(StepRecord step) {
    write("steps/" + step.stage() + ".json", step);
  }

  /** The finished stages, in the order in which they finished. */
  public List<StepRecord> steps() {
    return objects.list(folder + "steps/").stream()
        .map(o -> read(o.key().substring(folder.length()), StepRecord.class))
        .flatMap(Optional::stream)
        .sorted(Comparator.comparing(StepRecord::finishedAt).thenComparing(StepRecord::stage))
        .toList();
  }

  public void failed(RunFailed failure) {
    write("failed.json", failure);
  }

  public Optional<RunFailed> failed() {
    return read("failed.json", RunFailed.class);
  }

  /** Forgets that the run has failed: stages work for it again. */
  public void reopen() {
    objects.delete(folder + "failed.json");
  }

  public void cancelled(RunCancel cancel) {
    write("cancelled.json", cancel);
  }

  public Optional<RunCancel> cancelled() {
    return read("cancelled.json", RunCancel.class);
  }

  /**
   * Keeps an event whose counterpart has not come yet.
   *
   * @param name e.g. {@code coreset-selected}
   */
  public void pending(String name, Event event) {
    write("pending/" + name + ".json", event);
  }

  public <E extends Event> Optional<E> pending(String name, Class<E> type) {
    return read("pending/" + name + ".json", type);
  }

  /**
   * Keeps an event unless one of that name is kept already; of several processes at once, one wins.
   *
   * @return the event that is kept
   */
  public <E extends Event> E first(String name, E event, Class<E> type) {
    objects.create(folder + "pending/" + name + ".json", Json.bytes(event));
    return pending(name, type).orElse(event);
  }

  public ObjectRef report(RunReport report) {
    return write("report.json", report);
  }

  public Optional<RunReport> report() {
    return read("report.json", RunReport.class);
  }

  /** Where the run stands by what is kept of it. */
  public RunStatus status() {
    if (report().isPresent()) {
      return RunStatus.EVALUATED;
    }
    if (failed().isPresent()) {
      return RunStatus.FAILED;
    }
    if (cancelled().isPresent()) {
      return RunStatus.CANCELLED;
    }
    return request().isPresent() || !steps().isEmpty() ? RunStatus.GOING_ON : RunStatus.UNKNOWN;
  }

  private ObjectRef write(String name, Object value) {
    return objects.put(folder + name, Json.bytes(value));
  }

  private <T> Optional<T> read(String name, Class<T> type) {
    return objects.find(folder + name).map(b -> Json.parse(b, type, folder + name));
  }
}
