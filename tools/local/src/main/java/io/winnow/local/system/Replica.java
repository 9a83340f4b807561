package io.winnow.local.system;

/**
 * One of the processes of a service.
 *
 * @param number from 0
 */
public record Replica(Service service, int number) {

  /** The first, and for most services the only one. */
  public static Replica of(Service service) {
    return new Replica(service, 0);
  }

  /** Such as {@code encoder-service} and, for the second, {@code encoder-service-1}. */
  public String name() {
    return number == 0 ? service.folder() : service.folder() + "-" + number;
  }

  /** Its name in leases and Kafka's groups. */
  String instance() {
    return service.folder() + "-" + number;
  }
}
