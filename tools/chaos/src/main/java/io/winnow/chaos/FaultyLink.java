package io.winnow.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.SplittableRandom;

/**
 * A TCP proxy to a server on this machine that can delay data or drop connections. It does not
 * interpret the data. Thread-safe; each connection has two threads.
 */
final class FaultyLink implements AutoCloseable {
  private static final int CHUNK = 16 * 1024;
  private static final int MAX_DELAY_MILLIS = 300;
  private static final double RESET_SHARE = 0.2;

  /** How the proxy treats connections. */
  enum LinkCondition {
    NORMAL,
    /** Each chunk is delayed by up to 0.3 s. */
    SLOW,
    /** Connections are reset at random. */
    UNRELIABLE
  }

  private final ServerSocket listener;
  private final SplittableRandom random;
  private volatile int target;
  private volatile LinkCondition condition = LinkCondition.NORMAL;

  FaultyLink(long seed) throws IOException {
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.random = new SplittableRandom(seed);
    thread("link-accept", this::accept);
  }

  /** Forwards to a server from now on; returns the endpoint of the proxy. */
  String route(String endpoint) {
    target = URI.create(endpoint).getPort();
    return "http://127.0.0.1:" + listener.getLocalPort();
  }

  void condition(LinkCondition next) {
    condition = next;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket near = listener.accept();
        Socket far = new Socket();
        SplittableRandom own = random.split();
        thread("link-requests", () -> connect(near, far, own));
      } catch (IOException e) {
        // closed, or the client has disconnected: accept the next one
      }
    }
  }

  private void connect(Socket near, Socket far, SplittableRandom own) {
    try {
      far.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
    } catch (IOException e) {
      abort(near, far);
      return;
    }
    SplittableRandom other = own.split();
    Thread responses = thread("link-responses", () -> pump(far, near, other));
    pump(near, far, own);
    try (near;
        far) {
      responses.join();
    } catch (IOException e) {
      // already closed
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void pump(Socket from, Socket to, SplittableRandom own) {
    byte[] chunk = new byte[CHUNK];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        if (condition == LinkCondition.SLOW) {
          Thread.sleep(own.nextInt(MAX_DELAY_MILLIS));
        }
        if (condition == LinkCondition.UNRELIABLE && own.nextDouble() < RESET_SHARE) {
          out.write(chunk, 0, own.nextInt(n));
          abort(from, to);
          return;
        }
        out.write(chunk, 0, n);
      }
      to.shutdownOutput();
    } catch (IOException e) {
      abort(from, to);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      abort(from, to);
    }
  }

  private static void abort(Socket one, Socket other) {
    for (Socket socket : new Socket[] {one, other}) {
      try (socket) {
        socket.setSoLinger(true, 0); // the peer sees a reset instead of an orderly end
      } catch (IOException e) {
        // already closed
      }
    }
  }

  private static Thread thread(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
