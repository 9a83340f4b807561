package io.winnow.local.system;

import io.winnow.store.local.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Looks after a running system: its services, their logs, and the free space of its home. */
final class SystemWatch implements AutoCloseable {
  private static final Duration SERVICES_INTERVAL = Duration.ofSeconds(5);
  // a disk of some hundred MB/s fills what must stay free within a second
  private static final Duration DISK_INTERVAL = Duration.ofMillis(500);

  private final SystemOptions options;
  private final ServiceSupervisor services;
  private final Time time;
  private final List<Time.Repetition> repetitions = new CopyOnWriteArrayList<>();

  SystemWatch(SystemOptions options, ServiceSupervisor services, Time time) {
    this.options = options;
    this.services = services;
    this.time = time;
  }

  /** Watches until it is closed. */
  void start() {
    repetitions.add(time.every(DISK_INTERVAL, "winnow-disk", this::checkDisk));
    repetitions.add(time.every(SERVICES_INTERVAL, "winnow-watch", this::checkServices));
  }

  private void checkDisk() {
    options.disk().stopReason().ifPresent(services::fail);
  }

  private void checkServices() {
    services.watch();
    try {
      for (Replica replica : options.replicas()) {
        new ServiceLog(options.log(replica)).limit(ServiceLog.MAX_BYTES);
      }
    } catch (IOException e) {
      // the disk is full, which is reported, or the log was deleted: the next call tries again
    }
  }

  @Override
  public void close() {
    repetitions.forEach(Time.Repetition::close);
  }
}
