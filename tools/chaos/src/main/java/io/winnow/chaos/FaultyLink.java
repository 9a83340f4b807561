package io.winnow.chaos;

import io.winnow.store.local.DaemonThreads;
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
 * A way to a server on this machine that can be made slow, or break connections. It knows nothing
 * of what goes through it.
 */
final class FaultyLink implements AutoCloseable {
  private static final int CHUNK = 16 * 1024;
  private static final int SLOWEST_MILLIS = 300;
  private static final double BROKEN_SHARE = 0.2;

  /** How it behaves. */
  enum Mood {
    CLEAR,
    SLOW,
    BROKEN
  }

  private final ServerSocket door;
  private final SplittableRandom random;
  private volatile int target;
  private volatile Mood mood = Mood.CLEAR;

  FaultyLink(long seed) throws IOException {
    this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.random = new SplittableRandom(seed);
    DaemonThreads.start("link-door", this::accept);
  }

  /** Leads to a server from now on. */
  String route(String endpoint) {
    target = URI.create(endpoint).getPort();
    return "http://127.0.0.1:" + door.getLocalPort();
  }

  void mood(Mood now) {
    mood = now;
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket near = door.accept();
        Socket far = new Socket();
        SplittableRandom own = random.split();
        DaemonThreads.start("link-there", () -> connect(near, far, own));
      } catch (IOException e) {
        // closed, or the client is gone: the next one is another's
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
    SplittableRandom back = own.split();
    Thread answers = DaemonThreads.start("link-back", () -> pump(far, near, back));
    pump(near, far, own);
    try (near;
        far) {
      answers.join();
    } catch (IOException e) {
      // is gone already
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
        if (mood == Mood.SLOW) {
          Thread.sleep(own.nextInt(SLOWEST_MILLIS));
        }
        if (mood == Mood.BROKEN && own.nextDouble() < BROKEN_SHARE) {
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
        socket.setSoLinger(true, 0); // so that the peer sees a break and no end
      } catch (IOException e) {
        // is gone already
      }
    }
  }

  @Override
  public void close() {
    try {
      door.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
