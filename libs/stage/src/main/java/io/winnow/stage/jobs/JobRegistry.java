package io.winnow.stage.jobs;

import io.micrometer.core.instrument.MeterRegistry;
import io.winnow.stage.config.StageSettings;
import io.winnow.store.artifact.Address;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The jobs of this process: those that run, and the last ones that have ended. */
@ApplicationScoped
public class JobRegistry {
  private static final int DIGEST_SHOWN = 12;

  private final int kept;
  private final Clock clock = Clock.systemUTC();
  // in order of their start
  private final Map<String, Job> jobs = new LinkedHashMap<>();
  private final Unsettled unsettled = new Unsettled();
  private volatile String broken;

  public JobRegistry(StageSettings settings, MeterRegistry meters) {
    this.kept = settings.jobsKept();
    meters.gauge("winnow.jobs.running", this, registry -> registry.count(false));
    meters.gauge("winnow.jobs.queued", this, registry -> registry.count(true));
    meters.gauge("winnow.records.unsettled", unsettled, Unsettled::count);
    meters.gauge(
        "winnow.records.unsettled.age.seconds", unsettled, u -> u.oldest().toMillis() / 1e3);
  }

  private long count(boolean queued) {
    return running().stream().filter(job -> job.queued() == queued).count();
  }

  /** The records that this process works on. */
  public Unsettled unsettled() {
    return unsettled;
  }

  /**
   * Adds a running job; it replaces one of the same id (an earlier attempt).
   *
   * @param address null if it has none yet
   */
  public synchronized Job begin(String run, String stage, Address address) {
    String id =
        run
            + "."
            + stage
            + (address == null ? "" : "." + address.digest().substring(0, DIGEST_SHOWN));
    Job job = new Job(id, run, stage, address == null ? null : address.path(), clock);
    jobs.remove(id);
    jobs.put(id, job);
    long surplus = jobs.size() - running().size() - kept;
    Iterator<Job> oldest = jobs.values().iterator();
    while (surplus > 0 && oldest.hasNext()) {
      if (oldest.next().view().state().ended()) {
        oldest.remove();
        surplus--;
      }
    }
    return job;
  }

  /** Removes a job, unless another one has replaced it. */
  public synchronized void forget(Job job) {
    jobs.remove(job.view().id(), job);
  }

  /** Newest first. */
  public synchronized List<JobView> all() {
    return jobs.values().stream()
        .map(Job::view)
        .sorted(Comparator.comparing(JobView::startedAt).reversed())
        .toList();
  }

  public synchronized Optional<JobView> find(String id) {
    return Optional.ofNullable(jobs.get(id)).map(Job::view);
  }

  public synchronized List<Job> running() {
    return jobs.values().stream().filter(job -> !job.view().state().ended()).toList();
  }

  /** Marks the process itself as broken: liveness turns DOWN for good. */
  public void broken(String cause) {
    this.broken = cause;
  }

  /** Why the process is broken; empty if it is not. */
  public Optional<String> broken() {
    return Optional.ofNullable(broken);
  }
}
