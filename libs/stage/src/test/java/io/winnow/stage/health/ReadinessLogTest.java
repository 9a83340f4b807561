package io.winnow.stage.health;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import org.junit.jupiter.api.Test;

class ReadinessLogTest {
  private final ReadinessLog log = new ReadinessLog(null);

  @Test
  void saysTheReasonOnceAndThenWhatChanges() {
    assertThat(log.look(checks(false, true, 1)))
        .hasValueSatisfying(
            line ->
                assertThat(line)
                    .startsWith("Not ready: ")
                    .contains("object store")
                    .contains("refused 1")
                    .doesNotContain("Kafka"));
    // the reason's figures change, the reason does not
    assertThat(log.look(checks(false, true, 2))).isEmpty();
    assertThat(log.look(checks(false, false, 3)))
        .hasValueSatisfying(line -> assertThat(line).contains("Kafka broker", "object store"));
    assertThat(log.look(checks(true, true, 4))).contains("Ready");
    assertThat(log.look(checks(true, true, 5))).isEmpty();
  }

  private static JsonObject checks(boolean store, boolean kafka, int n) {
    String json =
        """
        {"status": "?", "checks": [
          {"name": "object store", "status": "%s", "data": {"problem": "refused %d"}},
          {"name": "Kafka broker", "status": "%s"}]}"""
            .formatted(store ? "UP" : "DOWN", n, kafka ? "UP" : "DOWN");
    return Json.createReader(new StringReader(json)).readObject();
  }
}
