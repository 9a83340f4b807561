package io.winnow.store.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.contracts.run.StageRecord;
import io.winnow.store.testing.InMemoryObjectStore;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AbbreviatedAddressesTest {
  private final InMemoryObjectStore objects = new InMemoryObjectStore();
  private final AbbreviatedAddresses resolver = new AbbreviatedAddresses(objects);
  private final String model = commit("models", 1);
  private final String other = commit("models", 2);

  private String commit(String kind, int number) {
    return new ArtifactStore(objects)
        .draft(Address.of(kind, "make", "1", Map.of("number", number), List.of()))
        .commit(new StageRecord.Cost(0, 0))
        .ref()
        .address();
  }

  @Test
  void anAbbreviatedAddressStandsForTheArtifactsThatBeginSo() {
    String named = model.substring(0, "models/".length() + 8);
    assertThat(resolver.matching(named)).containsExactly(model);
    assertThat(resolver.matching(model + "/")).containsExactly(model);
    assertThat(resolver.committed("models/")).containsExactlyInAnyOrder(model, other);
  }

  @Test
  void tooFewDigitsStandForNothing() {
    String named = model.substring(0, "models/".length() + 7);
    assertThat(resolver.matching(named)).isEmpty();
    assertThat(AbbreviatedAddresses.matches(named, model)).isFalse();
  }

  @Test
  void anUncommittedArtifactIsNotFound() {
    // given the objects of a draft
    Address address = Address.of("models", "make", "1", Map.of("number", 3), List.of());
    new ArtifactStore(objects).draft(address).put("half", new byte[] {1}, null, null);

    // then
    assertThat(resolver.matching(address.path())).isEmpty();
  }

  @Test
  void aDigestAloneStandsForAnAddressToo() {
    String digest = model.substring("models/".length());
    assertThat(AbbreviatedAddresses.matches(digest.substring(0, 8), model)).isTrue();
    assertThat(AbbreviatedAddresses.matches(" " + model.substring(0, 16) + "/ ", model)).isTrue();
    assertThat(AbbreviatedAddresses.matches(digest.substring(0, 8), other)).isFalse();
  }
}
