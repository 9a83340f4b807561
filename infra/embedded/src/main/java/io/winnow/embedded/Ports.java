package io.winnow.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Free TCP ports of the loopback interface. */
public final class Ports {
  /** The only interface that the embedded servers listen on. */
  static final String LOOPBACK = "127.0.0.1";

  private Ports() {}

  /**
   * A port that no process on the loopback interface uses now. Another process may take it before
   * the caller does: if a server can bind port 0 itself, prefer that.
   */
  public static int free() {
    return free(1).get(0);
  }

  /** {@code count} different free ports; see {@link #free()}. */
  public static List<Integer> free(int count) {
    List<ServerSocket> held = new ArrayList<>();
    try {
      List<Integer> ports = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        ServerSocket socket = bind(0);
        held.add(socket);
        ports.add(socket.getLocalPort());
      }
      return List.copyOf(ports);
    } catch (IOException e) {
      throw new UncheckedIOException("No free port on the loopback interface", e);
    } finally {
      held.forEach(Ports::close);
    }
  }

  /**
   * Fails early with a clear message, where a server would fail late.
   *
   * @throws IllegalStateException if something already listens on the port
   */
  static void requireFree(int port) {
    try {
      bind(port).close();
    } catch (BindException e) {
      throw new IllegalStateException(
          "Port "
              + port
              + " of the loopback interface is in use: stop what listens there, or give"
              + " another port (0 chooses a free one)",
          e);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot listen on port " + port, e);
    }
  }

  private static ServerSocket bind(int port) throws IOException {
    ServerSocket socket = new ServerSocket();
    try {
      // as the servers do, so that connections of a stopped server do not count as in use
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByName(LOOPBACK), port));
      return socket;
    } catch (IOException e) {
      close(socket);
      throw e;
    }
  }

  private static void close(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
