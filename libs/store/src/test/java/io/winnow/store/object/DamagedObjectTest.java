package io.winnow.store.object;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DamagedObjectTest {
  private static final String OUTER = "ab".repeat(32);
  private static final String INNER = "cd".repeat(32);

  @Test
  void theRemedyNamesTheOutermostArtifact() {
    for (String key :
        new String[] {
          "features/" + OUTER + "/shard-000000/features.safetensors",
          "features/" + OUTER + "/manifest.json",
          "features/" + OUTER + "/" + INNER + "/a"
        }) {
      assertThat(DamagedObject.remedy(key))
          .contains("\"winnow verify --contents --repair features/" + OUTER + "\"");
      assertThat(ContentPath.digest(key)).contains(OUTER);
    }
    assertThat(ContentPath.outermost("datasets/pets/" + OUTER + "/x"))
        .contains("datasets/pets/" + OUTER);
  }

  @Test
  void otherObjectsBelongToNoArtifact() {
    for (String key :
        new String[] {"runs/r/request.json", "notes/" + OUTER, "x/" + OUTER + "0/a", "", "a/b"}) {
      assertThat(ContentPath.outermost(key)).as(key).isEmpty();
      assertThat(DamagedObject.remedy(key)).doesNotContain("verify");
    }
  }
}
