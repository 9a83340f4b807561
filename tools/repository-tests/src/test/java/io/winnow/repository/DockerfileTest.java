package io.winnow.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DockerfileTest {
  private static final List<String> SERVICES =
      List.of("encoder-service", "selector-service", "reweight-service", "trainer-service");

  @TempDir Path folder;

  @Test
  void whatTheServicesHaveInCommonIsInOneLayer() throws Exception {
    // given: one library in all, one that differs, one in two of them, and each service's own
    for (String service : SERVICES) {
      write(service, "lib/main/torch.jar", "natives");
      write(service, "lib/main/settings.jar", service);
      write(service, "quarkus-run.jar", "run");
    }
    write("encoder-service", "lib/main/images.jar", "images");
    write("trainer-service", "lib/main/images.jar", "images");
    write("console", "lib/main/torch.jar", "natives");
    write("console", "lib/main/pages.jar", "pages");

    // when: the Dockerfile's script runs
    Path layers = folder.resolve("layers");
    Process script =
        new ProcessBuilder("sh", "-c", script().replace("/layers", layers.toString()))
            .directory(folder.toFile())
            .inheritIO()
            .start();

    // then
    assertThat(script.waitFor()).isZero();
    assertThat(files(layers.resolve("common"))).containsExactly("lib/main/torch.jar");
    assertThat(files(layers.resolve("own/encoder-service")))
        .containsExactly("lib/main/images.jar", "lib/main/settings.jar", "quarkus-run.jar");
    assertThat(files(layers.resolve("own/selector-service")))
        .containsExactly("lib/main/settings.jar", "quarkus-run.jar");
    assertThat(files(layers.resolve("own/console"))).containsExactly("lib/main/pages.jar");
  }

  @Test
  void theSharedLayerIsCopiedBeforeTheServiceIsNamed() throws IOException {
    String dockerfile = dockerfile();
    assertThat(dockerfile.indexOf("COPY --from=build /layers/common"))
        .isPositive()
        .isLessThan(dockerfile.indexOf("ARG SERVICE"));
  }

  private static String dockerfile() throws IOException {
    return Files.readString(Repository.root().resolve("infra/docker/Dockerfile"));
  }

  private static String script() throws IOException {
    Matcher script =
        Pattern.compile("RUN <<'EOF'\n(.*?)\nEOF\n", Pattern.DOTALL).matcher(dockerfile());
    assertThat(script.find()).isTrue();
    return script.group(1);
  }

  private void write(String service, String name, String content) throws IOException {
    Path file = folder.resolve(service).resolve("target/quarkus-app").resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  private static List<String> files(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> root.relativize(file).toString())
          .sorted()
          .toList();
    }
  }
}
