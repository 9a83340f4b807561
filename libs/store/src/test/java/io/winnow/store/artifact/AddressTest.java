package io.winnow.store.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.store.object.Digests;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AddressTest {
  private record Parameters(String method, double ratio, long seed) {}

  private static Address address(Object parameters, String version, String... inputs) {
    return Address.of("coresets", "select", version, parameters, List.of(inputs));
  }

  @Test
  void isTheDigestOfTheCanonicalJson() {
    // given, when
    Address address = address(new Parameters("gaussian", 0.25, 7), "1", "aa", "bb");
    // then
    String json =
        "{\"inputs\":[\"aa\",\"bb\"],\"parameters\":{\"method\":\"gaussian\",\"ratio\":0.25,"
            + "\"seed\":7},\"stage\":\"select\",\"version\":\"1\"}";
    assertThat(address.digest())
        .isEqualTo(Digests.sha256(json.getBytes(StandardCharsets.UTF_8)))
        .hasSize(64);
    assertThat(address.path()).isEqualTo("coresets/" + address.digest());
    assertThat(
            address(Map.of("ratio", 0.25f, "seed", 7, "method", "gaussian"), "1", "aa", "bb")
                .path())
        .isEqualTo(address.path());
  }

  @Test
  void everythingThatDecidesTheResultDecidesTheAddress() {
    // given
    Parameters p = new Parameters("gaussian", 0.25, 7);
    // when, then
    assertThat(
            List.of(
                address(p, "1", "aa", "bb").digest(),
                address(p, "2", "aa", "bb").digest(),
                address(p, "1", "bb", "aa").digest(),
                address(p, "1", "aa").digest(),
                address(new Parameters("gaussian", 0.25, 8), "1", "aa", "bb").digest(),
                address(new Parameters("gaussian", 0.5, 7), "1", "aa", "bb").digest(),
                Address.of("coresets", "other", "1", p, List.of("aa", "bb")).digest()))
        .doesNotHaveDuplicates();
  }

  @Test
  void aPartLiesBelowAndHasItsOwnDigest() {
    // given
    Address whole = Address.of("features", "collect", "1", Map.of(), List.of("aa"));
    // when
    Address part = whole.part("shard-000001", "encode", "1", Map.of("shard", 1), List.of("aa"));
    // then
    assertThat(part.path()).isEqualTo(whole.path() + "/shard-000001");
    assertThat(part.digest())
        .isEqualTo(Address.of("x", "encode", "1", Map.of("shard", 1), List.of("aa")).digest());
  }
}
