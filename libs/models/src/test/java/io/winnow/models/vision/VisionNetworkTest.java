package io.winnow.models.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.models.GoldenFolder;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** See src/test/resources/golden/README.md for where the recorded values come from. */
class VisionNetworkTest {
  private static final Map<String, VisionArchitecture> OFFICIAL =
      Map.of(
          "resnet18", Resnet.of18(1000),
          "resnet50", Resnet.of50(1000),
          "inception_v3", InceptionV3.torchvision(1000),
          "fid_inception_v3", InceptionV3.fid(1008));

  // of the resources, or of the shared folder
  private static Path recorded(String name) throws URISyntaxException {
    URL resource = VisionNetworkTest.class.getResource("/golden/" + name);
    if (resource != null) {
      return Path.of(resource.toURI());
    }
    Path file = Path.of(System.getProperty("winnow.shared", "none"), "golden", name);
    assumeThat(file).as("recorded computations").exists();
    return file;
  }

  private static List<String> listing(VisionArchitecture architecture) {
    return VisionNetwork.of(architecture, 299, 299).listing().stream()
        .map(e -> e.name() + e.shape().toString().replace(" ", "") + e.dtype())
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"resnet18", "resnet50", "inception_v3", "fid_inception_v3"})
  void hasTheStateDictOfTheOfficialCode(String name) throws IOException, URISyntaxException {
    // given the listing of the official code
    JsonNode json = Json.mapper().readTree(recorded(name + ".params.json").toFile());
    List<String> expected = new ArrayList<>();
    json.path("configs")
        .path(0)
        .path("state_dict")
        .forEach(e -> expected.add(e.get(0).asText() + e.get(1) + e.get(2).asText()));

    // when
    List<String> actual = listing(OFFICIAL.get(name));

    // then in its order too
    assertThat(actual).isNotEmpty().isEqualTo(expected);
  }

  @Test
  void refusesImagesThatAreTooSmall() {
    InceptionV3 inception = InceptionV3.fid(1008);

    assertThatThrownBy(() -> VisionNetwork.of(inception, 75, 74))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("75×74")
        .hasMessageContaining("at least 75×75");
    assertThat(VisionNetwork.of(inception, 75, 75).blocks()).contains("Mixed_7c");
  }

  @Test
  void hasThePublishedNumbersOfParameters() {
    // the numbers in torchvision's documentation, without the statistics
    assertThat(trained(Resnet.of18(1000))).isEqualTo(11_689_512);
    assertThat(trained(Resnet.of34(1000))).isEqualTo(21_797_672);
    assertThat(trained(Resnet.of50(1000))).isEqualTo(25_557_032);
    assertThat(trained(Resnet.of101(1000))).isEqualTo(44_549_160);
    assertThat(trained(InceptionV3.torchvision(1000))).isEqualTo(27_161_264);
  }

  private static long trained(VisionArchitecture architecture) {
    return VisionNetwork.of(architecture, 299, 299).network().parameters().parameters().stream()
        .filter(p -> p.trained())
        .mapToLong(p -> p.size())
        .sum();
  }

  @Test
  void equalsTheOfficialCode() throws URISyntaxException {
    requireParity("resnet18");
  }

  @Tag("thorough")
  @ParameterizedTest
  @ValueSource(strings = {"resnet50", "inception_v3", "fid_inception_v3"})
  void equalsTheOfficialCodeInLargeNetworks(String name) throws URISyntaxException {
    requireParity(name);
  }

  private static void requireParity(String name) throws URISyntaxException {
    GoldenFolder.requireParity(recorded(name + "-formula.json"));
  }
}
