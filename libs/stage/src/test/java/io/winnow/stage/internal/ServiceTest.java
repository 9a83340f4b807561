package io.winnow.stage.internal;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static io.winnow.stage.internal.TestStage.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.not;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.winnow.contracts.event.DatasetReady;
import io.winnow.contracts.event.EventType;
import io.winnow.contracts.event.RunFailed;
import io.winnow.contracts.run.StageRecord;
import io.winnow.stage.testing.WinnowServers;
import io.winnow.stage.testing.Wire;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.jboss.logging.MDC;
import org.junit.jupiter.api.Test;

/** What every service shows over HTTP, and the topics it makes. */
@QuarkusTest
@QuarkusTestResource(WinnowServers.class)
class ServiceTest {
  @Inject TestStage stage;
  @Inject Admin admin;

  WinnowServers servers;

  @Test
  void showsRunningAndEndedJobs() throws Exception {
    CountDownLatch working = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    AtomicReference<String> logged = new AtomicReference<>();
    stage.script(
        "shown",
        work -> {
          logged.set(MDC.get("run") + " " + MDC.get("stage"));
          work.cost(new StageRecord.Cost(0, 11));
          work.progress(3, 8, "images", "three of eight");
          working.countDown();
          go.await();
        });
    try (Wire wire = Wire.open()) {
      // given a running job
      wire.send(request("shown"));
      await().until(() -> working.getCount() == 0);
      String id = "shown.make." + TestStage.addressOf("shown").digest().substring(0, 12);

      // then it is shown
      when()
          .get("/jobs/" + id)
          .then()
          .statusCode(200)
          .body("id", equalTo(id))
          .body("run", equalTo("shown"))
          .body("stage", equalTo("make"))
          .body("state", equalTo("running"))
          .body("done", equalTo(3))
          .body("total", equalTo(8))
          .body("unit", equalTo("images"))
          .body("message", equalTo("three of eight"))
          .body("address", equalTo(TestStage.addressOf("shown").path()))
          .body("endedAt", equalTo(null));
      when().get("/jobs").then().statusCode(200).body("id", hasItem(id));
      // and a line of its log would say whose it is
      assertThat(logged).hasValue("shown make");
      given()
          .queryParam("run", "shown")
          .queryParam("state", "running")
          .get("/jobs")
          .then()
          .body("id", equalTo(List.of(id)));
      given().queryParam("run", "nobody").get("/jobs").then().body("size()", equalTo(0));
      when()
          .get("/q/metrics")
          .then()
          .body(containsString("winnow_jobs_running 1.0"))
          .body(containsString("winnow_records_unsettled 1.0"))
          .body(containsString("winnow_records_unsettled_age_seconds "))
          .body(containsString("winnow_source_read_bytes_total{stage=\"make\"}"));

      // when it ends
      go.countDown();
      wire.await(DatasetReady.class, "shown");

      // then that is shown too, and counted
      await()
          .untilAsserted(
              () -> when().get("/jobs/" + id).then().body("state", equalTo("succeeded")));
      await()
          .untilAsserted(
              () ->
                  when()
                      .get("/q/metrics")
                      .then()
                      .statusCode(200)
                      .body(containsString("winnow_stage_images_total{stage=\"make\"}"))
                      .body(containsString("winnow_stage_seconds_count{"))
                      .body(containsString("outcome=\"made\""))
                      .body(containsString("winnow_job_done_ratio{stage=\"make\"}"))
                      .body(containsString("kafka_consumer_fetch_manager_records_lag_max{"))
                      // of a client's hundreds of figures the others are left out
                      .body(not(containsString("kafka_consumer_io_")))
                      .body(not(containsString("kafka_producer_io_"))));
    }
  }

  @Test
  void showsAJobThatFailedAtTheDoor() {
    try (Wire wire = Wire.open()) {
      wire.send(request("shown-failed", TestStage.DOOR_SHUT + "-shown"));
      wire.await(RunFailed.class, "shown-failed");
      when()
          .get("/jobs/shown-failed.make")
          .then()
          .statusCode(200)
          .body("state", equalTo("failed"))
          .body("message", equalTo("the door is shut (knock)"));
    }
  }

  @Test
  void anUnknownJobIsAClearError() {
    when()
        .get("/jobs/nobody")
        .then()
        .statusCode(404)
        .contentType("application/json")
        .body("problem", containsString("nobody"))
        .body("remedy", containsString("GET /jobs"));
  }

  @Test
  void readyMeansThatKafkaAndTheStoreAnswer() {
    when().get("/q/health/started").then().statusCode(200).body("status", equalTo("UP"));
    when()
        .get("/q/health/ready")
        .then()
        .statusCode(200)
        .body("checks.name", hasItems("object store", "Kafka broker", "partitions"))
        .body("checks.status", not(hasItem("DOWN")));

    // when the store goes away
    servers.stopStore();
    try {
      when()
          .get("/q/health/ready")
          .then()
          .statusCode(503)
          .body("checks.find { it.name == 'object store' }.status", equalTo("DOWN"))
          .body("checks.find { it.name == 'Kafka broker' }.status", equalTo("UP"));
      // then that is no reason to be restarted
      when().get("/q/health/live").then().statusCode(200);
    } finally {
      servers.startStore();
    }
    await().untilAsserted(() -> when().get("/q/health/ready").then().statusCode(200));
  }

  @Test
  void aliveMeansThatTheRunningJobGivesSignsOfLife() {
    // given a job that says nothing for longer than the heartbeat time-out
    CountDownLatch go = new CountDownLatch(1);
    stage.script("mute", work -> go.await());
    try (Wire wire = Wire.open()) {
      when().get("/q/health/live").then().statusCode(200);
      wire.send(request("mute"));

      // then liveness is down and names it
      await()
          .untilAsserted(
              () ->
                  when()
                      .get("/q/health/live")
                      .then()
                      .statusCode(503)
                      .body(
                          "checks.find { it.name == 'jobs' }.data.job",
                          containsString("mute.make")));

      // and up again once it goes on
      go.countDown();
      wire.await(DatasetReady.class, "mute");
      await().untilAsserted(() -> when().get("/q/health/live").then().statusCode(200));
    }
  }

  @Test
  void whoeverIsNotKnownChangesNothing() {
    given()
        .post("/jobs")
        .then()
        .statusCode(401)
        .header("WWW-Authenticate", containsString("token"));
    given().auth().oauth2("a guess").post("/jobs").then().statusCode(401);
    given().auth().basic("admin", "admin").delete("/jobs").then().statusCode(401);
    // there is no such method, but it was let through the door
    given().auth().oauth2(WinnowServers.TOKEN).post("/jobs").then().statusCode(405);
    given().get("/jobs").then().statusCode(200);
    given().get("/q/metrics").then().statusCode(200);
  }

  @Test
  void aPageOfAnotherSiteReadsNothing() {
    // given a name that the other site lets point here
    for (String path : List.of("/jobs", "/q/health/ready", "/q/metrics")) {
      given()
          .header("Host", "evil.example.com:8082")
          .get(path)
          .then()
          .statusCode(421)
          .body("problem", containsString("evil.example.com"))
          .body("remedy", containsString("winnow.http.hosts"));
    }
    // and what browsers are told about content
    given()
        .get("/jobs")
        .then()
        .header("Content-Security-Policy", containsString("default-src 'none'"))
        .header("X-Content-Type-Options", equalTo("nosniff"));
  }

  @Test
  void countsDeadLetters() {
    EventType type = EventType.of(request("buried"));
    try (Wire wire = Wire.open()) {
      // when
      wire.send(
          type.topic(),
          "buried",
          "{".getBytes(StandardCharsets.UTF_8),
          Map.of("ce_type", type.topic()));
      wire.awaitDeadLetter(type.record(), "buried");

      // then
      await()
          // the first request of a process loads Groovy
          .atMost(Duration.ofMinutes(1))
          .untilAsserted(
              () ->
                  when()
                      .get("/q/health/ready")
                      .then()
                      .statusCode(200)
                      .body(
                          "checks.find { it.name == 'dead letters' }.data.'%s'"
                              .formatted(type.deadLetterTopic()),
                          greaterThanOrEqualTo(1)));
      when()
          .get("/q/metrics")
          .then()
          .body(containsString("winnow_dlq_depth{topic=\"" + type.deadLetterTopic() + "\"}"));
    }
  }

  @Test
  void describesItselfInOpenApi() {
    given()
        .queryParam("format", "json")
        .get("/q/openapi")
        .then()
        .statusCode(200)
        .body("paths.'/jobs'.get.summary", containsString("jobs"))
        .body("paths.'/jobs/{id}'.get.responses.'404'.description", containsString("no such job"))
        .body("components.schemas.Job.properties.stage", not(equalTo(null)));
  }

  @Test
  void makesEveryTopicWithItsPartitions() throws Exception {
    for (EventType type : EventType.values()) {
      Map<String, TopicDescription> topics =
          admin.describeTopics(List.of(type.topic(), type.deadLetterTopic())).allTopicNames().get();
      assertThat(topics.get(type.topic()).partitions()).hasSize(type.partitions());
      assertThat(topics.get(type.deadLetterTopic()).partitions()).hasSize(1);
    }
  }
}
