package io.winnow.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class PortsTest {
  @Test
  void freePortsAreDifferentAndCanBeBound() throws Exception {
    // when several are asked for at once
    List<Integer> ports = Ports.free(16);

    // then none comes twice, and each can be listened on
    assertThat(new HashSet<>(ports)).hasSize(16);
    for (int port : ports) {
      new ServerSocket(port, 1, InetAddress.getByName(Ports.LOOPBACK)).close();
    }
  }

  @Test
  void aPortThatIsTakenIsNamed() throws Exception {
    // given a listener
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName(Ports.LOOPBACK))) {
      // then its port is not free
      assertThatThrownBy(() -> Ports.requireFree(taken.getLocalPort()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("Port " + taken.getLocalPort());
    }
  }
}
