package io.winnow.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The pages' handling of addresses that anybody may type. Runs with Node.js, if it is installed.
 */
class AddressTest {
  @TempDir Path folder;

  @Test
  void aMalformedEscapeIsShownAsItIs() throws Exception {
    // given
    Path module = folder.resolve("address.mjs");
    try (InputStream in = getClass().getResourceAsStream("/META-INF/resources/js/address.js")) {
      Files.write(module, in.readAllBytes());
    }
    Path script = folder.resolve("test.mjs");
    Files.writeString(
        script,
        "import {unescaped} from './address.mjs';\n"
            + "for (const text of ['%', 'a%2', '%ff', 'a%20b', 'run-1'])"
            + " console.log(unescaped(text));\n");

    // when
    Process node;
    try {
      node = new ProcessBuilder("node", script.toString()).redirectErrorStream(true).start();
    } catch (IOException e) {
      assumeTrue(false, "Node.js is not installed");
      return;
    }
    String said = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    // then
    assertThat(node.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(said.lines()).containsExactly("%", "a%2", "%ff", "a b", "run-1");
  }
}
