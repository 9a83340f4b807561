package io.winnow.stage.security;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A key pair for 127.0.0.1 that has signed itself, made by the JDK's keytool. */
record TestCertificates(Path keyStore, Path pem, Path trustStore) {
  static final String PASSWORD = "of-no-consequence";
  private static final String ALIAS = "server";

  static TestCertificates in(Path folder) throws IOException, InterruptedException {
    Path keyStore = folder.resolve("server.p12");
    Path pem = folder.resolve("ca.pem");
    Path trustStore = folder.resolve("trust.p12");
    keytool(
        "-genkeypair",
        "-keystore",
        keyStore.toString(),
        "-keyalg",
        "EC",
        "-validity",
        "2",
        "-dname",
        "CN=127.0.0.1",
        "-ext",
        "SAN=ip:127.0.0.1,dns:localhost");
    keytool("-exportcert", "-rfc", "-keystore", keyStore.toString(), "-file", pem.toString());
    keytool(
        "-importcert", "-noprompt", "-keystore", trustStore.toString(), "-file", pem.toString());
    return new TestCertificates(keyStore, pem, trustStore);
  }

  private static void keytool(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(List.of("-alias", ALIAS, "-storetype", "PKCS12", "-storepass", PASSWORD));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw new IOException("keytool: " + said);
    }
  }
}
