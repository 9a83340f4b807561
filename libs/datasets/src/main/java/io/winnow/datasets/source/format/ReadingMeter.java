package io.winnow.datasets.source.format;

import io.winnow.datasets.ReadListener;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Tells a {@link ReadListener} what is read of a source. */
final class ReadingMeter {
  private final ReadListener listener;
  private RuntimeException ended;

  ReadingMeter(ReadListener listener) {
    this.listener = listener;
  }

  void read(long bytes) {
    try {
      listener.read(bytes);
    } catch (RuntimeException e) {
      ended = e;
      throw e;
    }
  }

  /**
   * The exception by which the listener ended the reading, otherwise {@code e}. A parser that turns
   * every exception into "the file is damaged" would hide it.
   */
  RuntimeException cause(RuntimeException e) {
    return ended == null ? e : ended;
  }

  InputStream counting(InputStream in) {
    return new FilterInputStream(in) {
      @Override
      public int read() throws IOException {
        int value = in.read();
        if (value >= 0) {
          ReadingMeter.this.read(1);
        }
        return value;
      }

      @Override
      public int read(byte[] target, int offset, int length) throws IOException {
        int n = in.read(target, offset, length);
        if (n > 0) {
          ReadingMeter.this.read(n);
        }
        return n;
      }

      @Override
      public long skip(long n) throws IOException {
        long skipped = in.skip(n);
        ReadingMeter.this.read(skipped);
        return skipped;
      }
    };
  }
}
