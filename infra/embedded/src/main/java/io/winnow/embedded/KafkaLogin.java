package io.winnow.embedded;

import java.util.Locale;
import java.util.Map;

/**
 * The one user of a broker, by SASL/PLAIN. Without TLS the password passes over the network as it
 * is, here over the loopback interface.
 *
 * @param user letters, digits, hyphens
 * @param password letters, digits, hyphens; not blank
 */
public record KafkaLogin(String user, String password) {
  private static final String ALLOWED = "[A-Za-z0-9-]+";
  private static final String MECHANISM = "PLAIN";
  private static final String PROTOCOL = "SASL_PLAINTEXT";

  /**
   * @throws IllegalArgumentException a part is empty or contains another character
   */
  public KafkaLogin {
    // quotes or semicolons would change the meaning of Kafka's setting
    if (!user.matches(ALLOWED) || !password.matches(ALLOWED)) {
      throw new IllegalArgumentException(
          "A user and a password of Kafka consist of letters, digits and hyphens");
    }
  }

  /** Settings of clients. */
  public Map<String, String> client() {
    return Map.of(
        "security.protocol", PROTOCOL,
        "sasl.mechanism", MECHANISM,
        "sasl.jaas.config", module() + ";");
  }

  /**
   * Settings of the broker: both listeners, of clients and of the controller, accept only this
   * user.
   */
  Map<String, String> broker() {
    String server = module() + " user_" + user + "=\"" + password + "\";";
    return Map.of(
        "listener.security.protocol.map",
        KafkaSettings.BROKER_LISTENER
            + ":"
            + PROTOCOL
            + ","
            + KafkaSettings.CONTROLLER_LISTENER
            + ":"
            + PROTOCOL,
        "sasl.enabled.mechanisms",
        MECHANISM,
        "sasl.mechanism.inter.broker.protocol",
        MECHANISM,
        "sasl.mechanism.controller.protocol",
        MECHANISM,
        jaas(KafkaSettings.BROKER_LISTENER),
        server,
        jaas(KafkaSettings.CONTROLLER_LISTENER),
        server);
  }

  private static String jaas(String listener) {
    return "listener.name." + listener.toLowerCase(Locale.ROOT) + ".plain.sasl.jaas.config";
  }

  private String module() {
    return "org.apache.kafka.common.security.plain.PlainLoginModule required username=\""
        + user
        + "\" password=\""
        + password
        + "\"";
  }

  /** Omits the password. */
  @Override
  public String toString() {
    return "KafkaLogin[user=" + user + "]";
  }
}
