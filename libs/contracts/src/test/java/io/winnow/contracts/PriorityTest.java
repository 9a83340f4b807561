package io.winnow.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.spec.Priority;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.contracts.spec.field.Product;
import io.winnow.contracts.spec.field.SpecFields;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The priority of a run in its spec. */
class PriorityTest {

  private static RunSpec spec(String priority) {
    String json =
        priority == null
            ? "{\"dataset\": {\"source\": \"here\"}}"
            : "{\"dataset\": {\"source\": \"here\"}, \"priority\": %s}".formatted(priority);
    return RunSpec.parse(json.getBytes(StandardCharsets.UTF_8), "the spec");
  }

  @Test
  void isReadFromTheSpecAndNormalByDefault() {
    assertThat(spec(null).priority()).isEqualTo(Priority.NORMAL);
    assertThat(spec("\"high\"").priority()).isEqualTo(Priority.HIGH);
    assertThat(spec("\"low\"").priority()).isEqualTo(Priority.LOW);
    assertThatThrownBy(() -> spec("\"urgent\""))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("priority")
        .hasMessageContaining("high");
    assertThatThrownBy(() -> spec("2"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("priority");
  }

  @Test
  void changesNoAddress() {
    for (Product product : Product.values()) {
      assertThat(SpecFields.deciding(spec("\"high\""), product))
          .as("what decides %s", product)
          .isEqualTo(SpecFields.deciding(spec("\"low\""), product))
          .isEqualTo(SpecFields.deciding(spec(null), product))
          .doesNotContainKey("priority");
    }
  }
}
