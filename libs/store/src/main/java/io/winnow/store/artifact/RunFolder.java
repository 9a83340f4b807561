package io.winnow.store.artifact;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.RunCancel;
import io.winnow.contracts.event.RunFailed;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.RunConflictException;
import io.winnow.contracts.run.RunReport;
import io.winnow.contracts.run.RunStatus;
import io.winnow.contracts.run.StageRecord;
import io.winnow.store.object.ObjectStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The stored objects of one run, {@code runs/<run id>/}: records and its report, no tensors. */
public final class RunFolder {
  private static final String RUNS = "runs/";
  private static final String REQUEST = "request.json";
  private static final String STAGES = "stages/";
  private static final String FAILED = "failed.json";
  private static final String CANCELLED = "cancelled.json";
  private static final String REPORT = "report.json";

  private static final int MOST_ATTEMPTS = 99;
  private static final Comparator<StageRecord> IN_ORDER =
      Comparator.comparing(
              StageRecord::finishedAt, Comparator.nullsFirst(Comparator.naturalOrder()))
          .thenComparing(StageRecord::stage, Comparator.nullsFirst(Comparator.naturalOrder()));

  private final ObjectStore objects;
  private final String id;
  private final String folder;

  /**
   * Accesses a folder, which need not exist.
   *
   * @throws InvalidInputException the id cannot be the name of a folder
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
    return List.copyOf(statuses(objects).keySet());
  }

  /** The status of every run in the store, by id. Lists keys once, and reads no object. */
  public static SortedMap<String, RunStatus> statuses(ObjectStore objects) {
    SortedMap<String, Set<String>> names = new TreeMap<>();
    for (ObjectRef object : objects.list(RUNS)) {
      String[] parts = object.key().substring(RUNS.length()).split("/", 2);
      if (parts.length == 2) {
        names.computeIfAbsent(parts[0], id -> new HashSet<>()).add(parts[1]);
      }
    }
    SortedMap<String, RunStatus> statuses = new TreeMap<>();
    names.forEach((id, there) -> statuses.put(id, status(there)));
    return statuses;
  }

  private static RunStatus status(Set<String> names) {
    if (names.contains(REPORT)) {
      return RunStatus.SUCCEEDED;
    }
    if (names.contains(FAILED)) {
      return RunStatus.FAILED;
    }
    if (names.contains(CANCELLED)) {
      return RunStatus.CANCELLED;
    }
    boolean begun =
        names.contains(REQUEST) || names.stream().anyMatch(name -> name.startsWith(STAGES));
    return begun ? RunStatus.RUNNING : RunStatus.NOT_FOUND;
  }

  /**
   * The last attempt at a run that may have been submitted several times, each time under its own
   * name: {@code id}, {@code id.2}, {@code id.3} …
   */
  public static RunFolder latest(ObjectStore objects, String runId) {
    RunFolder latest = new RunFolder(objects, runId);
    for (int attempt = 2; attempt <= MOST_ATTEMPTS; attempt++) {
      RunFolder next = new RunFolder(objects, runId + "." + attempt);
      if (next.status() == RunStatus.NOT_FOUND) {
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

  /**
   * Stores the request of the run, unless it is stored already. Of several processes that store
   * different ones at the same time, one succeeds.
   *
   * @throws RunConflictException the run exists with another spec
   */
  public void request(Run run) {
    if (objects.create(folder + REQUEST, Json.bytes(run))) {
      return;
    }
    Optional<Run> known = request();
    if (known.isPresent() && !known.get().spec().equals(run.spec())) {
      throw new RunConflictException(run.id());
    }
  }

  public Optional<Run> request() {
    return read(REQUEST, Run.class);
  }

  /** Records a finished stage; a stage has one record, the last. */
  public void stage(StageRecord stage) {
    write(STAGES + stage.stage() + ".json", stage);
  }

  /** One finished stage. */
  public Optional<StageRecord> stage(String stage) {
    return read(STAGES + stage + ".json", StageRecord.class);
  }

  /** The finished stages, in the order in which they finished. */
  public List<StageRecord> stages() {
    return objects.list(folder + STAGES).stream()
        .map(o -> read(o.key().substring(folder.length()), StageRecord.class))
        .flatMap(Optional::stream)
        .sorted(IN_ORDER)
        .toList();
  }

  public void failed(RunFailed failure) {
    write(FAILED, failure);
  }

  public Optional<RunFailed> failed() {
    return read(FAILED, RunFailed.class);
  }

  /** Deletes the record of the run's failure: stages work for it again. */
  public void reopen() {
    objects.delete(folder + FAILED);
  }

  public void cancelled(RunCancel cancel) {
    write(CANCELLED, cancel);
  }

  public Optional<RunCancel> cancelled() {
    return read(CANCELLED, RunCancel.class);
  }

  /**
   * Stores an event that a stage needs later.
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
   * Stores an event unless one of that name is stored already; if several processes try, one wins.
   *
   * @return the stored event
   */
  @SuppressWarnings("unchecked")
  public <E extends Event> E first(String name, E event) {
    objects.create(folder + "pending/" + name + ".json", Json.bytes(event));
    return pending(name, (Class<E>) event.getClass()).orElse(event);
  }

  public ObjectRef report(RunReport report) {
    return write(REPORT, report);
  }

  public Optional<RunReport> report() {
    return read(REPORT, RunReport.class);
  }

  /** The status of the run, derived from the names of its objects. */
  public RunStatus status() {
    return status(
        objects.list(folder).stream()
            .map(object -> object.key().substring(folder.length()))
            .collect(Collectors.toSet()));
  }

  /** All records, where one that is damaged does not hide the others. */
  public RunContents contents() {
    Set<String> names = new TreeSet<>();
    objects.list(folder).forEach(object -> names.add(object.key().substring(folder.length())));
    List<String> damaged = new ArrayList<>();
    List<StageRecord> stages =
        names.stream()
            .filter(name -> name.startsWith(STAGES))
            .map(name -> readable(name, StageRecord.class, damaged))
            .filter(Objects::nonNull)
            .sorted(IN_ORDER)
            .toList();
    return new RunContents(
        status(names),
        names.contains(REQUEST) ? readable(REQUEST, Run.class, damaged) : null,
        stages,
        names.contains(FAILED) ? readable(FAILED, RunFailed.class, damaged) : null,
        names.contains(CANCELLED) ? readable(CANCELLED, RunCancel.class, damaged) : null,
        names.contains(REPORT) ? readable(REPORT, RunReport.class, damaged) : null,
        damaged);
  }

  private <T> T readable(String name, Class<T> type, List<String> damaged) {
    try {
      return read(name, type).orElse(null);
    } catch (InvalidInputException e) {
      damaged.add(e.problem());
      return null;
    }
  }

  private ObjectRef write(String name, Object value) {
    return objects.put(folder + name, Json.bytes(value));
  }

  private <T> Optional<T> read(String name, Class<T> type) {
    return objects.find(folder + name).map(b -> Json.read(b, type, folder + name));
  }
}
