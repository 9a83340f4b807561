package io.winnow.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.spec.Catalog;
import io.winnow.contracts.spec.CriterionInfo.Needs;
import java.util.List;
import org.junit.jupiter.api.Test;

class CatalogTest {

  @Test
  void aSimilarNameIsRefusedWithTheOneThatWasMeant() {
    for (String similar : List.of("K-Center", "k_center", "kcenter", "k-centre")) {
      assertThatThrownBy(() -> Catalog.CRITERIA.of(similar))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("did you mean \"k-center\"?");
    }
  }

  @Test
  void anUnknownNameIsOneErrorThatListsAllNames() {
    assertThatThrownBy(() -> Catalog.CRITERIA.of("best"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("\"selection.criterion\" is \"best\"")
        .hasMessageContaining(String.join(", ", Catalog.CRITERIA.names()));
  }

  @Test
  void criteriaSayWhatTheyNeed() {
    assertThat(Catalog.CRITERIA.of("gaussian").needs()).isEqualTo(Needs.FEATURES);
    assertThat(Catalog.CRITERIA.of("hardest").needs()).isEqualTo(Needs.LOSSES);
    assertThat(Catalog.CRITERIA.of("random").needs()).isEqualTo(Needs.NOTHING);
  }

  @Test
  void everyChoiceHasADescription() {
    assertThat(Catalog.CRITERIA.all()).allSatisfy(c -> assertThat(c.description()).isNotBlank());
    assertThat(Catalog.WEIGHTING.all()).allSatisfy(w -> assertThat(w.description()).isNotBlank());
  }
}
