package io.winnow.datasets.source.parquet;

import static io.winnow.datasets.source.parquet.ParquetGroups.require;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.zip.GZIPInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.CodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/** Decompresses pages: gzip by the JDK, since the Parquet library would need Hadoop for it. */
final class PageCodecs implements CompressionCodecFactory {
  private final CompressionCodecFactory others =
      new CodecFactory(new PlainParquetConfiguration(), 0);

  @Override
  public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
    return codec == CompressionCodecName.GZIP ? new Gzip() : others.getDecompressor(codec);
  }

  @Override
  public BytesInputCompressor getCompressor(CompressionCodecName codec) {
    return others.getCompressor(codec);
  }

  @Override
  public void release() {
    others.release();
  }

  private static final class Gzip implements BytesInputDecompressor {

    @Override
    public BytesInput decompress(BytesInput page, int size) throws IOException {
      return BytesInput.from(content(page.toInputStream(), size));
    }

    @Override
    public void decompress(ByteBuffer page, int packed, ByteBuffer target, int size)
        throws IOException {
      ByteBuffer slice = page.duplicate().limit(page.position() + packed);
      target.put(content(BytesInput.from(slice).toInputStream(), size));
      page.position(page.position() + packed);
    }

    // grows with what is there: a page may claim more than it holds
    private static byte[] content(InputStream packed, int size) throws IOException {
      try (InputStream in = new GZIPInputStream(packed)) {
        byte[] content = in.readNBytes(size);
        require(content.length == size, "a page has fewer bytes than it says");
        return content;
      }
    }

    @Override
    public void release() {}
  }
}
