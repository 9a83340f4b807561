package io.winnow.reweighting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.contracts.spec.Catalog;
import io.winnow.contracts.spec.WeightingInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The checked-in catalog, against which run specs are checked, is that of the registry. After a
 * change of a method's declarations, regenerate it with {@code mvn test -Dtest=WeightingCatalogTest
 * -Dwinnow.schemas.write=true} in libs/reweighting, then the schemas with {@code SpecSchemaTest}.
 */
class WeightingCatalogTest {
  private static final Path FILE =
      Path.of("../contracts/src/main/resources/io/winnow/contracts/spec/weighting-methods.json");

  static Stream<ProxyMethod> proxyMethods() {
    return WeightingMethods.all().stream()
        .filter(ProxyMethod.class::isInstance)
        .map(ProxyMethod.class::cast);
  }

  @Test
  void theCheckedInCatalogIsTheRegistry() throws IOException {
    // Given the declarations of all methods
    List<WeightingInfo> declared =
        WeightingMethods.all().stream().map(WeightingMethod::info).toList();

    // When they are written as JSON
    String generated = Json.pretty(declared) + "\n";
    if (Boolean.getBoolean("winnow.schemas.write")) {
      Files.writeString(FILE, generated);
    }

    // Then they are the checked-in catalog
    assertThat(Files.readString(FILE)).isEqualTo(generated);
  }

  @Test
  void namesAreUniqueLowerCaseWords() {
    assertThat(WeightingMethods.all()).extracting(WeightingMethod::name).doesNotHaveDuplicates();
    assertThat(WeightingMethods.all())
        .allSatisfy(method -> assertThat(method.name()).matches("[a-z0-9]+(-[a-z0-9]+)*"));
  }

  @Test
  void aMethodIsFoundByItsNameAndAnUnknownNameListsThemAll() {
    for (WeightingMethod method : WeightingMethods.all()) {
      assertThat(WeightingMethods.of(method.name())).isSameAs(method);
      assertThat(Catalog.WEIGHTING.of(method.name())).isEqualTo(method.info());
    }
    assertThatThrownBy(() -> WeightingMethods.of("doro"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("\"reweight.method\" is \"doro\"")
        .hasMessageContaining("dro, uniform, inverse-frequency, group-dro, loss-ratio");
  }
}
