package io.winnow.models.denoiser;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import java.util.Map;

/** Replaces settings of an architecture by their names in JSON. */
public final class Overrides {
  private static final ObjectMapper MAPPER = Json.mapper();

  private Overrides() {}

  /**
   * @param settings by the name of the component
   * @throws InvalidInputException an unknown setting (the nearest known one is named), or a value
   *     out of range
   */
  public static <A extends Architecture> A of(A preset, Map<String, Object> settings) {
    if (settings.isEmpty()) {
      return preset;
    }
    ObjectNode tree = MAPPER.valueToTree(preset);
    settings.forEach((name, value) -> tree.set(name, MAPPER.valueToTree(value)));
    @SuppressWarnings("unchecked")
    Class<A> type = (Class<A>) preset.getClass();
    return Json.parse(Json.bytes(tree), type, "\"model\"");
  }
}
