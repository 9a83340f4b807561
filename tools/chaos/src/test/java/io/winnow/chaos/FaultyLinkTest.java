package io.winnow.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.chaos.FaultyLink.LinkCondition;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultyLinkTest {
  private ServerSocket server;
  private FaultyLink link;
  private URI route;

  @BeforeEach
  void startAServerThatEchoes() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread echo =
        new Thread(
            () -> {
              while (!server.isClosed()) {
                try (Socket socket = server.accept()) {
                  socket.getInputStream().transferTo(socket.getOutputStream());
                } catch (IOException e) {
                  // closed, or reset by the link
                }
              }
            });
    echo.setDaemon(true);
    echo.start();
    link = new FaultyLink(1);
    route = URI.create(link.route("http://127.0.0.1:" + server.getLocalPort()));
  }

  @AfterEach
  void stop() throws IOException {
    link.close();
    server.close();
  }

  @Test
  void aNormalLinkForwardsEveryByteBothWays() throws IOException {
    // given more than one chunk
    byte[] sent = new byte[100_000];
    new Random(3).nextBytes(sent);

    // when, then
    assertThat(echo(sent)).isEqualTo(sent);
  }

  @Test
  void anUnreliableLinkResetsSomeConnectionsAndOtherwiseForwardsUnchanged() throws IOException {
    // given
    link.condition(LinkCondition.UNRELIABLE);
    byte[] sent = "hello".getBytes();

    // when
    int resets = 0;
    for (int i = 0; i < 60; i++) {
      byte[] received = echo(sent);
      if (received == null) {
        resets++;
      } else {
        assertThat(received).isEqualTo(sent);
      }
    }

    // then with two chunks each, about a third of the connections are reset
    assertThat(resets).isBetween(5, 45);

    // and a link in normal condition again forwards all
    link.condition(LinkCondition.NORMAL);
    assertThat(echo(sent)).isEqualTo(sent);
  }

  /** Returns what came back, or null if the connection was reset or ended early. */
  private byte[] echo(byte[] sent) {
    try (Socket socket = new Socket(route.getHost(), route.getPort())) {
      Thread writer =
          new Thread(
              () -> {
                try {
                  socket.getOutputStream().write(sent);
                  socket.shutdownOutput();
                } catch (IOException e) {
                  // reset: the reader notices it too
                }
              });
      writer.start();
      InputStream in = socket.getInputStream();
      byte[] received = in.readAllBytes();
      return received.length == sent.length ? received : null;
    } catch (IOException e) {
      return null;
    }
  }
}
