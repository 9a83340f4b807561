package io.winnow.experiments;

import io.winnow.contracts.Json;
import java.nio.charset.StandardCharsets;

final class Specs {
  private Specs() {}

  static ExperimentSpec parse(String json) {
    return Json.parse(
        json.getBytes(StandardCharsets.UTF_8), ExperimentSpec.class, "the experiment");
  }
}
