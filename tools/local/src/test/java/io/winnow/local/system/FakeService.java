package io.winnow.local.system;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/**
 * Replaces a service in tests of the launcher: it is ready immediately, returns its settings at
 * {@code /settings}, and exits with its parent. With {@code fake.exit} it exits during startup.
 */
public final class FakeService {
  private FakeService() {}

  public static void main(String[] args) throws IOException {
    String exit = System.getProperty("fake.exit");
    if (exit != null) {
      System.out.println("this service is broken");
      System.exit(Integer.parseInt(exit));
    }
    int port = Integer.parseInt(System.getenv("QUARKUS_HTTP_PORT"));
    HttpServer http = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
    http.createContext("/q/health", exchange -> exchange.sendResponseHeaders(200, -1));
    http.createContext(
        "/settings",
        exchange -> {
          byte[] body =
              (System.getenv("KAFKA_BOOTSTRAP_SERVERS")
                      + " "
                      + System.getenv("KAFKA_SASL_JAAS_CONFIG").hashCode()
                      + " "
                      + System.getenv("WINNOW_STORE_ENDPOINT")
                      + " "
                      + System.getenv("WINNOW_INSTANCE")
                      + " "
                      + System.getProperty("fake.setting"))
                  .getBytes();
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    http.start();
    while (System.in.read() >= 0) {
      // nothing is ever written
    }
    System.exit(0);
  }

  /** Installs its jar for each service below {@code root}. */
  static void install(Path root) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, FakeService.class.getName());
    String entry = FakeService.class.getName().replace('.', '/') + ".class";
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JarOutputStream jar = new JarOutputStream(bytes, manifest);
        InputStream code = FakeService.class.getClassLoader().getResourceAsStream(entry)) {
      jar.putNextEntry(new JarEntry(entry));
      code.transferTo(jar);
    }
    for (Service service : Service.values()) {
      Path jar = service.jar(root);
      Files.createDirectories(jar.getParent());
      Files.write(jar, bytes.toByteArray());
    }
  }
}
