package io.winnow.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the script {@code winnow} in its own folder, with a fake Maven that records its calls. */
class ScriptTest {
  private static final String MAVEN =
      """
      #!/bin/bash
      if [ "$1" = -v ]; then echo "Apache Maven %s (test)"; exit 0; fi
      echo "$*" >>"%s"
      [ -z "$BROKEN" ] || { echo "the compiler says no"; exit 1; }
      mkdir -p cli/target
      for s in {encoder,selector,reweight,trainer}-service console; do
        mkdir -p $s/target/quarkus-app
        touch $s/target/quarkus-app/quarkus-run.jar
      done
      touch cli/target/winnow-cli.jar
      """;

  /** Prints the system properties that the script reads, and what it is asked to run. */
  private static final String JAVA =
      """
      #!/bin/bash
      case "$*" in
        *-XshowSettings*) echo "    java.specification.version = %s"; echo "    java.home = %s" ;;
        *) echo "ran in $WINNOW_ROOT from $PWD: ${*: -2}"; echo "$1" >"$0.heap"; locale charmap >"$0.charmap" ;;
      esac
      """;

  @TempDir Path temporary;
  private Path root;
  private Path jdk;
  private Path calls;
  private Path source;
  private final Map<String, String> environment = new HashMap<>();

  private record Result(int code, String text) {}

  @BeforeEach
  void install() throws IOException {
    Path folder = temporary.toRealPath();
    root = Files.createDirectories(folder.resolve("a folder"));
    jdk = folder.resolve("jdk");
    calls = folder.resolve("calls");
    Files.copy(Repository.root().resolve("winnow"), root.resolve("winnow"));
    Files.writeString(root.resolve("pom.xml"), "<project/>");
    source = root.resolve("tools/local/src/main/java/A.java");
    Files.createDirectories(source.getParent());
    for (String part :
        List.of("encoder-service/src/main", "libs", "infra", "console", "cli/src/main")) {
      Files.createDirectories(root.resolve(part));
    }
    Files.writeString(source, "class A {}");
    executable(jdk.resolve("bin/javac"), "#!/bin/bash\n");
    java("17");
    maven("3.8.7");
    environment.put("JAVA_HOME", jdk.toString());
    environment.put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
  }

  private void java(String version) throws IOException {
    executable(jdk.resolve("bin/java"), String.format(JAVA, version, jdk));
  }

  private void maven(String version) throws IOException {
    executable(temporary.toRealPath().resolve("bin/mvn"), String.format(MAVEN, version, calls));
  }

  private static void executable(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Result run(Path script, String... args) throws Exception {
    ProcessBuilder builder = new ProcessBuilder("bash", script.toString());
    builder.command().addAll(List.of(args));
    builder.environment().putAll(environment);
    builder.directory(temporary.toFile()).redirectErrorStream(true);
    Process process = builder.start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes());
    return new Result(process.waitFor(), text);
  }

  private long builds() throws IOException {
    return Files.exists(calls) ? Files.readAllLines(calls).size() : 0;
  }

  @Test
  void buildsTheFirstTimeAndThenOnlyWhenSourcesAreNewer() throws Exception {
    // when it is run for the first time, through a link, from elsewhere
    Path link = Files.createSymbolicLink(temporary.resolve("w"), root.resolve("winnow"));
    Result first = run(link, "status", "some run");

    // then it builds, says so in a line, and hands over
    assertThat(first.code()).isZero();
    assertThat(first.text().lines())
        .containsExactly(
            "building Winnow (first time: some minutes) … (log: " + root + "/target/build.log)",
            "ran in " + root + " from " + temporary.toRealPath() + ": status some run");
    assertThat(Files.readString(calls).strip())
        .isEqualTo(
            "-B -q -Dmaven.test.skip -am -pl encoder-service,selector-service,reweight-service,"
                + "trainer-service,console,cli package");

    // when nothing changed, then it does not build again
    assertThat(run(link, "status", "x").text()).startsWith("ran in");
    assertThat(builds()).isEqualTo(1);

    // when a test changed, then neither
    Path test = root.resolve("tools/local/src/test/java/ATest.java");
    Files.createDirectories(test.getParent());
    Files.writeString(test, "class ATest {}");
    Files.setLastModifiedTime(test, FileTime.from(Instant.now().plusSeconds(60)));
    run(link, "status", "x");
    assertThat(builds()).isEqualTo(1);

    // when a source did, then it does
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(60)));
    assertThat(run(link, "status", "x").text()).startsWith("building Winnow … (log");
    assertThat(builds()).isEqualTo(2);

    // when a service is gone, then it does
    Files.setLastModifiedTime(source, FileTime.from(Instant.EPOCH));
    run(link, "status", "x");
    long before = builds();
    Files.delete(root.resolve("trainer-service/target/quarkus-app/quarkus-run.jar"));
    run(link, "status", "x");
    assertThat(builds()).isEqualTo(before + 1);
  }

  @Test
  void commandsThatHoldAModelGetMoreMemory() throws Exception {
    // when
    run(root.resolve("winnow"), "status", "x");

    // then
    Path heap = jdk.resolve("bin/java.heap");
    assertThat(heap).hasContent("-Xmx640m");
    for (String command : List.of("kernel", "sample", "export", "import-model", "bench")) {
      run(root.resolve("winnow"), command, "x");
      assertThat(heap).as(command).hasContent("-Xmx2g");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"C", "POSIX", "no_such_locale", "C.UTF-8"})
  void fileNamesAreUtf8InEveryLocale(String locale) throws Exception {
    // given
    environment.put("LC_ALL", locale);

    // when
    Result result = run(root.resolve("winnow"), "status", "größe");

    // then Java runs in a locale of UTF-8
    assertThat(result.code()).isZero();
    assertThat(jdk.resolve("bin/java.charmap")).content().startsWith("UTF-8");
  }

  @Test
  void aBuildThatFailsShowsItsEndAndIsTriedAgain() throws Exception {
    // given
    environment.put("BROKEN", "yes");

    // when
    Result result = run(root.resolve("winnow"), "demo");

    // then
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.text()).contains("the compiler says no", "the build failed", "build.log");

    // when it is fixed
    environment.put("BROKEN", "");

    // then
    assertThat(run(root.resolve("winnow"), "demo", "now").code()).isZero();
  }

  @Test
  void toolsThatAreMissingOrTooOldAreNamed() throws Exception {
    // given an old Maven
    maven("3.6.3");
    Result oldMaven = run(root.resolve("winnow"), "demo");
    assertThat(oldMaven.code()).isEqualTo(2);
    assertThat(oldMaven.text().strip())
        .isEqualTo("winnow: mvn is Maven 3.6.3: install Maven 3.8 or newer");

    // given an old Java
    java("11");
    Result oldJava = run(root.resolve("winnow"), "demo");
    assertThat(oldJava.code()).isEqualTo(2);
    assertThat(oldJava.text()).contains("is Java 11", "JDK 17 or newer");

    // given a JAVA_HOME that is none
    environment.put("JAVA_HOME", "/nowhere");
    Result noJava = run(root.resolve("winnow"), "demo");
    assertThat(noJava.code()).isEqualTo(2);
    assertThat(noJava.text().strip())
        .isEqualTo(
            "winnow: JAVA_HOME is /nowhere, which has no bin/java: set it to a JDK 17 or newer");
    assertThat(builds()).isZero();
  }

  @Test
  void aRuntimeWithoutCompilerIsRejected() throws Exception {
    // given
    Files.delete(jdk.resolve("bin/javac"));

    // when
    Result result = run(root.resolve("winnow"), "demo");

    // then
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.text()).contains("has no compiler", "JDK, not a JRE");
  }
}
