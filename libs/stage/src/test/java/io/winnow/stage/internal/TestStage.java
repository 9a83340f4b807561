package io.winnow.stage.internal;

import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Lineage;
import io.winnow.contracts.event.DatasetReady;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.RunRequested;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.contracts.spec.RunSpecBuilder;
import io.winnow.datasets.ReadListener;
import io.winnow.stage.api.JobContext;
import io.winnow.stage.api.Lane;
import io.winnow.stage.api.Stage;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.Artifact;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A stage that does for each run what a test says; runs of one spec name share an artifact. */
@ApplicationScoped
class TestStage implements Stage<RunRequested> {
  static final String DOOR_SHUT = "door-shut";
  static final String NOT_READY = "not-ready";

  private final Map<String, Script> scripts = new ConcurrentHashMap<>();
  private final Map<String, Reading> readings = new ConcurrentHashMap<>();
  private final Map<String, Double> costs = new ConcurrentHashMap<>();
  private final Map<String, Lane> lanes = new ConcurrentHashMap<>();
  private final Map<String, Integer> runs = new ConcurrentHashMap<>();

  interface Script {
    void run(JobContext work) throws Exception;
  }

  /** What the job of a run does, beside putting one object. */
  void script(String runId, Script script) {
    scripts.put(runId, script);
  }

  interface Reading {
    void read(ReadListener listener) throws Exception;
  }

  /** What the stage reads of a run's input before it knows the address. */
  void reading(String runId, Reading reading) {
    readings.put(runId, reading);
  }

  /** Sets what the job of a run does, unless that is set already. */
  void scriptIfNone(String runId, Script script) {
    scripts.putIfAbsent(runId, script);
  }

  /** Sets the estimate of a run's work. */
  void cost(String runId, double cost) {
    costs.put(runId, cost);
  }

  /** Sets the lane of a run's job; it takes effect in {@link #of}. */
  void lane(String runId, Lane lane) {
    lanes.put(runId, lane);
  }

  /** This stage, in the lane of a run. */
  Stage<RunRequested> of(String runId) {
    Lane lane = lanes.getOrDefault(runId, Lane.LIGHT);
    return new InLane(this, lane);
  }

  private record InLane(TestStage of, Lane lane) implements Stage<RunRequested> {
    @Override
    public String name() {
      return of.name();
    }

    @Override
    public Address address(RunRequested event) {
      return of.address(event);
    }

    @Override
    public double cost(RunRequested event) {
      return of.costs.getOrDefault(event.runId(), 0.0);
    }

    @Override
    public void run(RunRequested event, JobContext work) throws Exception {
      of.run(event, work);
    }

    @Override
    public List<Event> next(RunRequested event, Artifact artifact) {
      return of.next(event, artifact);
    }
  }

  /** How often the job of a run was begun. */
  int runs(String runId) {
    return runs.getOrDefault(runId, 0);
  }

  static RunRequested request(String runId, String specName) {
    RunSpec spec =
        RunSpecBuilder.builder()
            .name(specName)
            .dataset(DatasetSpec.of("somewhere"))
            .seed(1L)
            .build();
    return new RunRequested(new Run(runId, spec, Instant.parse("2026-01-01T00:00:00Z")));
  }

  static RunRequested request(String runId) {
    return request(runId, runId);
  }

  static Address addressOf(String specName) {
    return Address.of("things", "make", "1", Map.of("name", specName), List.of());
  }

  @Override
  public String name() {
    return "make";
  }

  @Override
  public boolean ready(RunRequested event) {
    return !event.run().spec().name().equals(NOT_READY);
  }

  @Override
  public Address address(RunRequested event) {
    if (event.run().spec().name().startsWith(DOOR_SHUT)) {
      throw new InvalidInputException("the door is shut", "knock");
    }
    return addressOf(event.run().spec().name());
  }

  @Override
  public Address address(RunRequested event, ReadListener listener) {
    try {
      readings.getOrDefault(event.runId(), ignored -> {}).read(listener);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    return address(event);
  }

  @Override
  public void run(RunRequested event, JobContext work) throws Exception {
    runs.merge(event.runId(), 1, Integer::sum);
    scripts.getOrDefault(event.runId(), w -> {}).run(work);
    work.draft().put("thing", "the same".getBytes(StandardCharsets.UTF_8), 1L, null);
  }

  @Override
  public List<Event> next(RunRequested event, Artifact artifact) {
    ArtifactRef ref = artifact.ref();
    return List.of(new DatasetReady(event.run(), Lineage.of(ref)));
  }
}
