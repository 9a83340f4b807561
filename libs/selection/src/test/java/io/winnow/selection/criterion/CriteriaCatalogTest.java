package io.winnow.selection.criterion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.contracts.spec.Catalog;
import io.winnow.contracts.spec.CriterionInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The checked-in catalog, against which run specs are checked, is that of the registry. After a
 * change of a criterion's declarations, regenerate it with {@code mvn test
 * -Dtest=CriteriaCatalogTest -Dwinnow.schemas.write=true} in libs/selection, then the schemas with
 * {@code SpecSchemaTest}.
 */
class CriteriaCatalogTest {
  private static final Path FILE =
      Path.of("../contracts/src/main/resources/io/winnow/contracts/spec/criteria.json");

  @Test
  void theCheckedInCatalogIsTheRegistry() throws IOException {
    // Given the declarations of all criteria
    List<CriterionInfo> declared = Criteria.all().stream().map(Criterion::info).toList();

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
    assertThat(Criteria.all()).extracting(Criterion::name).doesNotHaveDuplicates();
    assertThat(Criteria.all())
        .allSatisfy(criterion -> assertThat(criterion.name()).matches("[a-z0-9]+(-[a-z0-9]+)*"));
  }

  @Test
  void aCriterionIsFoundByItsNameAndAnUnknownNameListsThemAll() {
    for (Criterion criterion : Criteria.all()) {
      assertThat(Criteria.of(criterion.name())).isSameAs(criterion);
      assertThat(Catalog.CRITERIA.of(criterion.name())).isEqualTo(criterion.info());
    }
    assertThatThrownBy(() -> Criteria.of("best"))
        .isInstanceOfSatisfying(
            InvalidInputException.class,
            e -> {
              assertThat(e.problem())
                  .startsWith("\"selection.criterion\" is \"best\"")
                  .contains(Catalog.CRITERIA.names());
              assertThat(e.remedy()).isEqualTo("use one of these names");
            });
  }
}
