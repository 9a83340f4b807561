package io.winnow.stage.security;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.winnow.embedded.EmbeddedKafka;
import io.winnow.embedded.EmbeddedS3;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Kafka by SASL over TLS and S3 over TLS, and the settings of a service that talks to them. */
public final class SecuredServers implements QuarkusTestResourceLifecycleManager {
  private static final String USER = "winnow";
  private static final String BUCKET = "secured";
  private static final String LOGIN =
      "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"%s\""
          + " password=\"%s\"";

  private EmbeddedKafka kafka;
  private EmbeddedS3 store;

  @Override
  public Map<String, String> start() {
    try {
      Path folder = Files.createTempDirectory("winnow-secured");
      TestCertificates certificates = TestCertificates.in(folder);
      kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0, broker(certificates));
      EmbeddedS3.Credentials credentials =
          new EmbeddedS3.Credentials("winnow", "a-secret-of-the-test");
      store =
          EmbeddedS3.start(
              folder.resolve("s3"),
              0,
              credentials,
              BUCKET,
              new EmbeddedS3.KeyPair(certificates.keyStore(), TestCertificates.PASSWORD));
      return service(certificates, credentials);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, String> broker(TestCertificates certificates) {
    Map<String, String> broker = new HashMap<>();
    broker.put("listener.security.protocol.map", "PLAINTEXT:SASL_SSL,CONTROLLER:PLAINTEXT");
    broker.put("sasl.enabled.mechanisms", "PLAIN");
    broker.put("sasl.mechanism.inter.broker.protocol", "PLAIN");
    broker.put(
        "listener.name.plaintext.plain.sasl.jaas.config",
        LOGIN.formatted(USER, TestCertificates.PASSWORD)
            + " user_%s=\"%s\";".formatted(USER, TestCertificates.PASSWORD));
    broker.put("ssl.keystore.type", "PKCS12");
    broker.put("ssl.keystore.location", certificates.keyStore().toString());
    broker.put("ssl.keystore.password", TestCertificates.PASSWORD);
    broker.put("ssl.truststore.type", "PKCS12");
    broker.put("ssl.truststore.location", certificates.trustStore().toString());
    broker.put("ssl.truststore.password", TestCertificates.PASSWORD);
    return broker;
  }

  private Map<String, String> service(
      TestCertificates certificates, EmbeddedS3.Credentials credentials) {
    Map<String, String> service = new HashMap<>();
    service.put("kafka.bootstrap.servers", kafka.bootstrapServers());
    service.put("kafka.security.protocol", "SASL_SSL");
    service.put("kafka.sasl.mechanism", "PLAIN");
    service.put("kafka.sasl.jaas.config", LOGIN.formatted(USER, TestCertificates.PASSWORD) + ";");
    service.put("kafka.ssl.truststore.type", "PKCS12");
    service.put("kafka.ssl.truststore.location", certificates.trustStore().toString());
    service.put("kafka.ssl.truststore.password", TestCertificates.PASSWORD);
    service.put("winnow.store.endpoint", store.endpoint().toString());
    service.put("winnow.store.ca", certificates.pem().toString());
    service.put("winnow.store.access-key", credentials.accessKey());
    service.put("winnow.store.secret-key", credentials.secretKey());
    service.put("winnow.store.bucket", BUCKET);
    service.put("winnow.instance", "secured-0");
    return service;
  }

  @Override
  public void stop() {
    if (kafka != null) {
      kafka.close();
    }
    if (store != null) {
      store.close();
    }
  }
}
