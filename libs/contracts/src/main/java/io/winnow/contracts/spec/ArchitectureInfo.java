package io.winnow.contracts.spec;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Near;
import io.winnow.contracts.Shown;
import io.winnow.contracts.spec.field.Bounds;
import java.util.List;
import java.util.Map;

/**
 * What specs, forms and messages need to know about a type of architecture. The architectures
 * themselves are in {@code io.winnow.models}, which declares these values.
 *
 * @param name the {@code type} in a run spec, such as {@code unet}
 * @param presets the names of its presets; the first is the default
 * @param settings what replaces a preset's settings
 */
public record ArchitectureInfo(String name, List<String> presets, List<Setting> settings) {

  /** What the value of a setting is. */
  public enum Kind {
    @JsonProperty("integer")
    INTEGER("an integer"),
    @JsonProperty("number")
    NUMBER("a number"),
    @JsonProperty("boolean")
    BOOLEAN("true or false"),
    /** A list of integers. */
    @JsonProperty("integers")
    INTEGERS("a list of integers");

    private final String text;

    Kind(String text) {
      this.text = text;
    }
  }

  /**
   * A setting by itself. How settings go together is known to the architecture alone.
   *
   * @param name as in a run spec
   * @param description one line
   * @param kind what its value is
   * @param bounds of a number, or of the elements of a list; null for true or false
   * @param longest the greatest number of elements of a list; null for others
   */
  public record Setting(
      String name, String description, Kind kind, Bounds bounds, Integer longest) {

    private void require(String path, Object value) {
      boolean takes =
          switch (kind) {
            case INTEGER -> integer(value);
            case NUMBER -> value instanceof Number number && bounds.hold(number.doubleValue());
            case BOOLEAN -> value instanceof Boolean;
            case INTEGERS ->
                value instanceof List<?> all
                    && all.size() <= longest
                    && all.stream().allMatch(this::integer);
          };
      if (!takes) {
        throw new InvalidInputException(
            "\"" + path + "." + name + "\" is " + Shown.of(value), "give " + valuesText());
      }
    }

    private boolean integer(Object value) {
      return (value instanceof Integer || value instanceof Long)
          && bounds.hold(((Number) value).doubleValue());
    }

    /** Which values it takes, in words. */
    public String valuesText() {
      String text = bounds == null ? kind.text : kind.text + " " + bounds.text();
      return longest == null
          ? text
          : "at most " + longest + " of " + text.replace("a list of ", "");
    }
  }

  /**
   * Checks a preset and settings, each by itself.
   *
   * @param path their place in the spec, such as {@code reweight.model}
   * @param preset null for the default
   * @throws InvalidInputException an unknown preset or setting, or a value out of range
   */
  void require(String path, String preset, Map<String, Object> chosen) {
    if (preset != null && !presets.contains(preset)) {
      throw new InvalidInputException(
          "\"%s.preset\" is \"%s\", which is no preset of type %s"
              .formatted(path, Shown.of(preset), name),
          Near.remedy(preset, presets, "use one of " + String.join(", ", presets)));
    }
    List<String> known = settings.stream().map(Setting::name).toList();
    chosen.forEach(
        (wanted, value) ->
            settings.stream()
                .filter(setting -> setting.name().equals(wanted))
                .findFirst()
                .orElseThrow(() -> unknown(path, wanted, known))
                .require(path, value));
  }

  private InvalidInputException unknown(String path, String wanted, List<String> known) {
    return new InvalidInputException(
        "\"%s.%s\" is no setting of type %s".formatted(path, Shown.of(wanted), name),
        Near.remedy(wanted, known, "remove it; there are " + String.join(", ", known)));
  }
}
