package io.winnow.stage.security;

import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.hasItems;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.common.annotation.Identifier;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.event.RunCancel;
import io.winnow.stage.api.EventPublisher;
import io.winnow.stage.config.StoreSettings;
import io.winnow.store.object.MinioObjectStore;
import io.winnow.store.object.ObjectStore;
import io.winnow.store.object.StoreConfig;
import io.winnow.store.object.StoreUnavailableException;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.junit.jupiter.api.Test;

/** A service that talks to Kafka by SASL over TLS, and to the store over TLS. */
@QuarkusTest
@QuarkusTestResource(value = SecuredServers.class, restrictToAnnotatedClass = true)
class SecuredServersTest {
  @Inject ObjectStore store;
  @Inject StoreSettings settings;
  @Inject EventPublisher publisher;

  @Inject
  @Identifier("default-kafka-broker")
  Map<String, Object> kafka;

  @Test
  void theServiceIsReadyAndSpeaks() {
    // when
    store.put("secured/object", new byte[] {1, 2, 3});
    publisher.publish(new RunCancel("secured", "a test", Instant.EPOCH));

    // then
    assertThat(store.find("secured/object")).contains(new byte[] {1, 2, 3});
    when()
        .get("/q/health/ready")
        .then()
        .statusCode(200)
        .body("checks.name", hasItems("object store", "Kafka broker"));
  }

  @Test
  void whoHasAnotherPasswordIsNotLetIntoKafka() {
    // given
    Map<String, Object> wrong = new HashMap<>(kafka);
    wrong.keySet().retainAll(org.apache.kafka.clients.admin.AdminClientConfig.configNames());
    wrong.put(
        "sasl.jaas.config",
        "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"winnow\""
            + " password=\"a guess\";");

    // when
    try (Admin admin = Admin.create(wrong)) {
      assertThatThrownBy(() -> admin.describeCluster().nodes().get(20, TimeUnit.SECONDS))
          // then
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(SaslAuthenticationException.class);
    }
  }

  @Test
  void aStoreWhoseCertificateIsNotTrustedIsNotTalkedTo() {
    try (MinioObjectStore untrusting = store(settings.secretKey(), null)) {
      assertThatThrownBy(untrusting::ping).isInstanceOf(StoreUnavailableException.class);
    }
  }

  @Test
  void whoHasAnotherSecretIsNotLetIntoTheStore() {
    try (MinioObjectStore guessing = store("another-secret-than", settings.ca().orElseThrow())) {
      assertThatThrownBy(() -> guessing.find("secured/object"))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("secret-key");
    }
  }

  private MinioObjectStore store(String secret, String ca) {
    return new MinioObjectStore(
        new StoreConfig(
            settings.endpoint(),
            settings.accessKey(),
            secret,
            settings.bucket(),
            settings.region(),
            ca));
  }
}
