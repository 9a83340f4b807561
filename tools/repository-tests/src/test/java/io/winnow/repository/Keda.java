package io.winnow.repository;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;

/**
 * The fields of KEDA's objects (group {@code keda.sh}, version {@code v1alpha1}) that are used
 * here, from KEDA's documentation of ScaledObject, TriggerAuthentication and the Apache Kafka
 * scaler. KEDA publishes no Java model.
 */
final class Keda {
  private Keda() {}

  record Metadata(
      @JsonProperty(required = true) String name, String namespace, Map<String, String> labels) {}

  record ScaledObject(String apiVersion, String kind, Metadata metadata, ScaledObjectSpec spec) {}

  record ScaledObjectSpec(
      @JsonProperty(required = true) ScaleTargetRef scaleTargetRef,
      int minReplicaCount,
      int maxReplicaCount,
      int pollingInterval,
      int cooldownPeriod,
      Map<String, Object> advanced,
      @JsonProperty(required = true) List<Trigger> triggers) {}

  record ScaleTargetRef(@JsonProperty(required = true) String name) {}

  record Trigger(
      @JsonProperty(required = true) String type,
      @JsonProperty(required = true) KafkaTrigger metadata,
      NameRef authenticationRef) {}

  /** All values of a trigger's metadata are strings. */
  record KafkaTrigger(
      @JsonProperty(required = true) String bootstrapServers,
      @JsonProperty(required = true) String consumerGroup,
      @JsonProperty(required = true) String topic,
      String lagThreshold,
      String offsetResetPolicy,
      String version) {}

  record NameRef(@JsonProperty(required = true) String name) {}

  record TriggerAuthentication(
      String apiVersion, String kind, Metadata metadata, TriggerAuthenticationSpec spec) {}

  record TriggerAuthenticationSpec(
      List<TargetRef> secretTargetRef, List<TargetRef> configMapTargetRef) {}

  record TargetRef(
      @JsonProperty(required = true) String parameter,
      @JsonProperty(required = true) String name,
      @JsonProperty(required = true) String key) {}
}
