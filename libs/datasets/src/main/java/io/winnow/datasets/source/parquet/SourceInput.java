package io.winnow.datasets.source.parquet;

import io.winnow.datasets.source.format.SourceFolder;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;

/** A file of a source for the Parquet library. */
record SourceInput(SourceFolder source, Path file) implements InputFile {

  @Override
  public long getLength() throws IOException {
    try (SeekableByteChannel channel = source.channel(file)) {
      return channel.size();
    }
  }

  @Override
  public SeekableInputStream newStream() throws IOException {
    SeekableByteChannel channel = source.channel(file);
    return new DelegatingSeekableInputStream(source.stream(channel)) {
      @Override
      public long getPos() throws IOException {
        return channel.position();
      }

      @Override
      public void seek(long position) throws IOException {
        channel.position(position);
      }
    };
  }
}
