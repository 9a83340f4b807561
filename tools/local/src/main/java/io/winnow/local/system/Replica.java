package io.winnow.local.system;

/**
 * One of the processes of a service.
 *
 * @param number from 0
 */
public record Replica(Service service, int number) {

  /** The first replica, for most services the only one. */
  public static Replica of(Service service) {
    return new Replica(service, 0);
  }

  /** {@code encoder-service} for the first replica, {@code encoder-service-1} for the second. */
  public String name() {
    return number == 0 ? service.folder() : service.folder() + "-" + number;
  }

  /** Whether runs need its service. */
  boolean isWorker() {
    return Service.WORKERS.contains(service);
  }

  /** Its name in leases and Kafka consumer groups. */
  String instance() {
    return service.folder() + "-" + number;
  }
}
