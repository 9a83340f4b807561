package io.winnow.datasets.source.parquet;

import static io.winnow.datasets.source.parquet.ParquetGroups.require;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.parquet.bytes.ByteBufferInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.BytesUtils;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.io.ParquetDecodingException;

/**
 * Checks the runs in each page (of definition levels, and of positions in a dictionary): the
 * Parquet library allocates whatever a run claims.
 */
final class CheckedPages implements PageReadStore {
  // numbers per run; the only limit for packs of 0 bits
  private static final int MAX_RUN = 1 << 24;

  private final PageReadStore pages;

  CheckedPages(PageReadStore pages) {
    this.pages = pages;
  }

  @Override
  public PageReader getPageReader(ColumnDescriptor column) {
    PageReader reader = pages.getPageReader(column);
    return new PageReader() {
      @Override
      public DictionaryPage readDictionaryPage() {
        return reader.readDictionaryPage();
      }

      @Override
      public long getTotalValueCount() {
        return reader.getTotalValueCount();
      }

      @Override
      public DataPage readPage() {
        DataPage page = reader.readPage();
        return page == null ? null : checked(page, column);
      }
    };
  }

  @Override
  public long getRowCount() {
    return pages.getRowCount();
  }

  @Override
  public void close() {
    pages.close();
  }

  private static DataPage checked(DataPage page, ColumnDescriptor column) {
    int width = BytesUtils.getWidthFromMaxInt(column.getMaxDefinitionLevel());
    try {
      return page instanceof DataPageV1 first
          ? checked(first, width)
          : checked((DataPageV2) page, width);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // a page that is uncompressed on the fly can be read only once: return a copy

  private static DataPage checked(DataPageV1 page, int width) throws IOException {
    BytesInput bytes = BytesInput.from(page.getBytes().toByteArray());
    ByteBufferInputStream in = bytes.toInputStream();
    if (width > 0) {
      require(
          page.getDlEncoding() == Encoding.RLE,
          "definition levels are encoded by " + page.getDlEncoding());
      int length = BytesUtils.readIntLittleEndian(in);
      require(length >= 0 && length <= in.available(), "definition levels reach beyond their page");
      requireRuns(in.sliceStream(length), width, page.getValueCount());
    }
    requirePositions(in, page.getValueEncoding(), page.getValueCount());
    return new DataPageV1(
        bytes,
        page.getValueCount(),
        page.getUncompressedSize(),
        page.getStatistics(),
        page.getRlEncoding(),
        page.getDlEncoding(),
        page.getValueEncoding());
  }

  private static DataPage checked(DataPageV2 page, int width) throws IOException {
    BytesInput levels = BytesInput.from(page.getDefinitionLevels().toByteArray());
    BytesInput data = BytesInput.from(page.getData().toByteArray());
    requireRuns(levels.toInputStream(), width, page.getValueCount());
    requirePositions(data.toInputStream(), page.getDataEncoding(), page.getValueCount());
    return DataPageV2.uncompressed(
        page.getRowCount(),
        page.getNullCount(),
        page.getValueCount(),
        page.getRepetitionLevels(),
        levels,
        page.getDataEncoding(),
        data,
        page.getStatistics());
  }

  private static void requirePositions(ByteBufferInputStream in, Encoding encoding, int values)
      throws IOException {
    if (encoding.usesDictionary() && in.available() > 0) {
      int width = in.read();
      require(width <= Integer.SIZE, "positions in a dictionary of " + width + " bits");
      requireRuns(in, width, values);
    }
  }

  /** Checks runs of equal numbers, and packs of eight numbers of {@code width} bits. */
  private static void requireRuns(ByteBufferInputStream in, int width, int values)
      throws IOException {
    for (long left = values; left > 0 && in.available() > 0; ) {
      int header = BytesUtils.readUnsignedVarInt(in);
      long packs = header >>> 1;
      boolean packed = (header & 1) == 1;
      // writers may omit the end of the last pack, which is not read
      if (packed && (8 * packs > MAX_RUN || packs * width > in.available() + (long) width)) {
        throw new ParquetDecodingException("a run of " + 8 * packs + " numbers");
      }
      long bytes = packed ? packs * width : BytesUtils.paddedByteCountFromBits(width);
      in.skipFully(Math.min(bytes, in.available()));
      left -= packed ? 8 * packs : packs;
    }
  }
}
